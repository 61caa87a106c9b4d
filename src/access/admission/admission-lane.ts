import { ApiError } from '../../platform/http/api-error.js';
import type { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import {
  admissionParameters,
  admitUnheld,
  admitWaiting,
  type AdmissionInput,
  type AdmissionOutput,
  type AdmissionOutputCall,
} from './admission-statement.js';

/** A call that waits to be admitted. */
export interface Waiting {
  readonly input: AdmissionInput;
  readonly since: number;
  /** How often its gate was held by others, and it was passed over. */
  passedOver: number;
  /** Told after the commit what became of the call. */
  readonly settle: (output: AdmissionOutputCall) => void;
  readonly fail: (error: unknown) => void;
}

const mostInABatch = 500;

/** A batch that has grown so large is sent at once, so that the database works while more calls arrive. */
const worthSending = 32;

/** Calls that wait or are under way: what comes beyond is refused. */
const mostCalls = 10_000;

/** Every call is answered in less than the 2 seconds that it is promised. */
const answeredWithinMs = 1_900;

/** What a batch needs to be carried out at all: calls that have less time left are not sent any more. */
const timeForABatchMs = 500;

/** Batches that are under way at once: the database has the next one at hand when it has committed one. */
const mostUnderWay = { passing: 2, waiting: 1 };

/**
 * Where commits are slow, calls that were just answered are given so long to come back: together they need one commit
 * instead of two. It pays where a batch takes longer than this server needs for all calls that go round.
 */
const comeBackMs = 2;
const slow = { batchMs: 2 * comeBackMs, callMs: 0.25 };

/**
 * Sends calls to the database in batches: while some commit, the next one forms. Each call is settled only after its
 * batch has committed.
 */
export class AdmissionLane {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private callsUnderWay = 0;
  private forming = false;
  private gathering = false;
  private committedAt = 0;
  private slowCommits = false;
  /** So many calls are to wait before the next batch is sent, unless they do not come in time. */
  private awaited = 0;
  private awaiting: NodeJS.Timeout | undefined;

  /**
   * @param waits whether to wait for gates that others hold
   * @param leave takes the calls whose gates were held by others
   */
  constructor(
    private readonly connection: DedicatedConnection,
    private readonly waits: boolean,
    private readonly leave: (calls: Waiting[]) => void,
  ) {}

  /** Lets a call join the batch that is forming. */
  join(call: Waiting): void {
    if (this.waiting.length + this.callsUnderWay >= mostCalls) {
      call.fail(new ApiError('unavailable', { cause: new Error('too many calls wait') }));
      return;
    }
    this.waiting.push(call);
    if (!this.gathering) this.sendOrForm();
  }

  /** Takes calls back that were passed over: they go first. */
  rejoin(calls: readonly Waiting[]): void {
    this.waiting.unshift(...calls);
    this.sendOrForm();
  }

  /** Lets all calls that join meanwhile go together. */
  gather<Result>(joining: () => Result): Result {
    this.gathering = true;
    try {
      return joining();
    } finally {
      this.gathering = false;
      this.sendOrForm();
    }
  }

  private sendOrForm(): void {
    if (this.waiting.length >= worthSending && this.maySend()) void this.sendNext();
    else this.form();
  }

  /** Sends what waits, as soon as all calls that have arrived by now have joined. */
  private form(): void {
    if (this.forming || this.waiting.length === 0 || !this.maySend()) return;
    this.forming = true;
    setImmediate(() => {
      this.forming = false;
      if (this.maySend()) void this.sendNext();
    });
  }

  /** A second batch goes behind the first once it is as large: all calls go round in two groups, not in more and smaller. */
  private maySend(): boolean {
    if (this.underWay === 0) return this.waiting.length >= this.awaited;
    if (this.slowCommits) return false;
    const most = this.waits ? mostUnderWay.waiting : mostUnderWay.passing;
    return this.underWay < most && this.waiting.length >= this.callsUnderWay;
  }

  private async sendNext(): Promise<void> {
    const batch = this.waiting.splice(0, mostInABatch);
    const timely = withoutLate(batch, performance.now() - answeredWithinMs + timeForABatchMs);
    if (timely.length > 0) await this.send(timely);
    this.form();
  }

  /** Sends one batch, and the next one before this one's calls are answered, so that the database works meanwhile. */
  private async send(batch: Waiting[]): Promise<void> {
    this.underWay += 1;
    this.callsUnderWay += batch.length;
    this.awaitNobody();
    const sentAt = performance.now();
    const carriedOut = this.carryOut(batch);
    this.form();
    const outcome = await carriedOut;
    this.underWay -= 1;
    this.callsUnderWay -= batch.length;
    if (!('error' in outcome)) this.noteCommit(sentAt, batch.length);
    if (this.waiting.length > 0 && this.maySend()) void this.sendNext();
    if ('error' in outcome) await this.sendAgain(batch, outcome.error);
    else this.settle(batch, outcome);
  }

  /** Notes how long a batch has taken since the database could begin with it. */
  private noteCommit(sentAt: number, calls: number): void {
    const now = performance.now();
    const took = now - Math.max(sentAt, this.committedAt);
    const goingRound = calls + this.waiting.length;
    this.committedAt = now;
    this.slowCommits = took > slow.batchMs && took > slow.callMs * goingRound;
    if (!this.slowCommits || this.underWay > 0) return;
    this.awaited = goingRound;
    this.awaiting = setTimeout(() => {
      this.awaitNobody();
      this.form();
    }, comeBackMs);
  }

  private awaitNobody(): void {
    clearTimeout(this.awaiting);
    this.awaited = 0;
  }

  private async carryOut(batch: Waiting[]): Promise<AdmissionOutput | { readonly error: unknown }> {
    try {
      const [output] = await this.connection.run<AdmissionOutput>(
        this.waits ? 'admit_waiting' : 'admit',
        this.waits ? admitWaiting : admitUnheld,
        admissionParameters(batch.map((call) => call.input)),
        Math.max(timeLeft(batch), timeForABatchMs),
      );
      return output ?? { error: new Error('the statement gave no row') };
    } catch (error) {
      return { error };
    }
  }

  private settle(batch: Waiting[], { calls }: AdmissionOutput): void {
    const settled = calls ?? [];
    for (const output of settled) batch[output[0] - 1]?.settle(output);
    if (settled.length === batch.length) return;
    const places = new Set(settled.map(([place]) => place));
    this.leave(batch.filter((_, index) => !places.has(index + 1)));
  }

  /**
   * Goes on after a batch that had no effect. One that was refused for its data, or for a gate that stays held, is
   * halved; calls that are alone with a held gate wait on until they have waited too long.
   */
  private async sendAgain(batch: Waiting[], error: unknown): Promise<void> {
    const lockedOut = sqlState(error) === '55P03';
    const organizations = new Set(batch.map((call) => call.input.start.values.organizationId));
    if (lockedOut ? organizations.size > 1 : sqlState(error).startsWith('22') && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.send(batch.slice(0, middle));
      await this.send(batch.slice(middle));
    } else if (lockedOut) {
      this.waiting.push(...batch);
    } else {
      for (const call of batch) call.fail(new ApiError('unavailable', { cause: error }));
    }
  }
}

/** How long the oldest call of a batch may still wait. */
function timeLeft(batch: readonly Waiting[]): number {
  const oldest = Math.min(...batch.map((call) => call.since));
  return oldest + answeredWithinMs - performance.now();
}

/** The calls that have not waited too long; the others fail. Calls that went through both lanes are out of order. */
function withoutLate(batch: Waiting[], oldest: number): Waiting[] {
  if (batch.every((call) => call.since >= oldest)) return batch;
  const late = new ApiError('unavailable', { cause: new Error('waited too long') });
  return batch.filter((call) => {
    if (call.since < oldest) call.fail(late);
    return call.since >= oldest;
  });
}

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
