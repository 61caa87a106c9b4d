import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ApiError } from '../../platform/http/api-error.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import { AuditTrailRepository } from '../audit-trail/audit-trail.repository.js';
import { tenantId, type CredentialState } from '../credential-state.js';
import type { Refusal } from '../refusal.js';
import { Rights } from '../rights/rights.js';
import type { Stamped } from '../rights/stamp.js';
import type { StateMemory } from '../rights/state-memory.js';
import { admissionInput } from './admission-input.js';
import { AdmissionQueue } from './admission-queue.js';
import {
  admissionParameters,
  admitWaiting,
  type AdmissionOutput,
  type AdmissionOutputCall,
} from './admission-statement.js';
import { bucketOf } from './bucket.js';
import type { Call, KnownCredential, Verdict } from './call.js';
import { Judge } from './judge.js';
import type { Judgement } from './judgement.js';

/** How often a call is decided again when rights change under it, before it is decided with the gate held. */
const mostTries = 3;

/**
 * Lets calls in: decides by what is remembered, and has the database confirm the decision, count the call and record
 * it, all in one statement for many calls. The verdict is given only after that has committed.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly judge: Judge,
    private readonly rights: Rights,
    private readonly queue: AdmissionQueue,
    private readonly database: Database,
    private readonly trail: AuditTrailRepository,
    private readonly fresh: FreshEvents,
  ) {}

  /** Admits or refuses one call. */
  admit(call: Call): Promise<Verdict> {
    const judgement = this.judge.judgeFromMemory(call, call.credential);
    return judgement ? this.confirm(call, judgement, 1) : this.decide(call, call.credential, 1);
  }

  /**
   * Admits or refuses calls that come together, each by itself, in one batch. A call that cannot be brought about stays
   * rejected, in its place.
   */
  async admitTogether(
    calls: readonly Promise<Call>[],
  ): Promise<readonly PromiseSettledResult<Verdict>[]> {
    const judged = await Promise.allSettled(calls.map((coming) => this.judged(coming)));
    const verdicts = this.queue.together(() =>
      judged.map((one) =>
        one.status === 'fulfilled'
          ? this.confirm(one.value.call, one.value.judgement, 1)
          : Promise.reject(one.reason as Error),
      ),
    );
    return Promise.allSettled(verdicts);
  }

  private async judged(coming: Promise<Call>): Promise<{ call: Call; judgement: Judgement }> {
    const call = await coming;
    return { call, judgement: await this.judge.judge(call, call.credential) };
  }

  private async decide(call: Call, credential: KnownCredential, tries: number): Promise<Verdict> {
    return this.confirm(call, await this.judge.judge(call, credential), tries);
  }

  /** Has a decision confirmed, counted and recorded. One that rights have changed under is made anew. */
  private confirm(call: Call, judgement: Judgement, tries: number): Promise<Verdict> {
    return new Promise((answer, fail) => {
      const settle = (output: AdmissionOutputCall) =>
        answer(
          output[1] === 'stale' ? this.decideAgain(call, tries) : verdictOf(judgement, output),
        );
      this.queue.submit(admissionInput(call, judgement), settle, fail);
    });
  }

  private async decideAgain(call: Call, tries: number): Promise<Verdict> {
    if (tries === mostTries) return this.admitUnderLock(call);
    return this.decide(call, await this.readAgain(call), tries + 1);
  }

  /** Decides while nobody can change the organization's rights. It holds every gate that the statement will take. */
  private admitUnderLock(call: Call): Promise<Verdict> {
    const { value } = call.credential;
    const gates = [tenantId(value), bucketOf(value)?.gateId ?? tenantId(value)];
    return this.database.transaction(async () => {
      await this.trail.lock(...gates);
      const judgement = await this.judge.judge(call, await this.readUnderLock(call));
      const [row] = await this.database.rows<AdmissionOutput>(
        admitWaiting,
        admissionParameters([admissionInput(call, judgement)]),
      );
      const output = row?.calls?.[0];
      if (!output || output[1] === 'stale')
        throw new ApiError('unavailable', { cause: new Error('rights change too fast') });
      this.fresh.mention(tenantId(value));
      return verdictOf(judgement, output);
    });
  }

  private async readAgain({ credential }: Call): Promise<KnownCredential> {
    const { memory, value } = credential;
    await this.rights.catchUp(tenantId(value), memory);
    return known(await this.rights.state(memory), memory);
  }

  /** Reads by itself: a reading that others share may have begun before the gate was held. */
  private async readUnderLock({ credential }: Call): Promise<KnownCredential> {
    const { memory, value } = credential;
    await this.rights.catchUp(tenantId(value), memory);
    return known(await this.rights.freshState(memory), memory);
  }
}

function known(state: Stamped<CredentialState> | null, memory: StateMemory): KnownCredential {
  if (!state) throw new ApiError('invalid_token');
  return { ...state, memory };
}

function verdictOf(
  judgement: Judgement,
  [, verdict, remaining, reset]: AdmissionOutputCall,
): Verdict {
  const { state, decision } = judgement;
  const bucket = decision.counts ? bucketOf(state) : null;
  const rateLimit = bucket && {
    name: bucket.name,
    limit: bucket.limit,
    remaining: remaining ?? 0,
    resetSeconds: reset ?? 0,
  };
  const refusal: Refusal | null =
    verdict === 'limited' ? { code: 'rate_limit_exceeded' } : decision.refusal;
  return { state, decision, stamp: judgement.stamp, rateLimit, refusal };
}
