import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Judge } from '../admission/judge.js';
import { CredentialsRepository } from '../credentials.repository.js';
import type { Grant } from '../grant.js';
import { toApiError } from '../refusal.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { FieldChanges, NewAuditEvent } from './audit-event.js';
import { AuditTrailRepository } from './audit-trail.repository.js';

/** What was done, as the audit log tells it. */
export interface RecordedChange {
  /** `noun.past`, like `api_key.created`. */
  readonly action: string;
  /**
   * What it was done to. Every decision that was made from it is doubtful from now on, on every instance, unless the
   * target is new.
   */
  readonly target: { readonly type: string; readonly id: string };
  /** Whether the target was made by this change, so that nothing was decided from it before. */
  readonly isNew?: boolean;
  /** Whether no decision is made from what changed, so that everything that is remembered stays true. */
  readonly keepsRights?: boolean;
  readonly projectId?: string | null;
  readonly changes?: FieldChanges;
}

/** Says what was done. Called once for each thing that a change did. */
export type Recorder = (change: RecordedChange) => Promise<void>;

/** Makes changes: the change, its events and the new version of the organization's rights commit together, or nothing does. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditTrailRepository,
    private readonly credentials: CredentialsRepository,
    private readonly judge: Judge,
  ) {}

  /**
   * Runs a change in one transaction that holds the organization's gate, so that changes to one organization
   * happen one after another. If rights have changed since the call was admitted, it is decided again first.
   *
   * @param organizationId whose log the change is told in, the caller's own unless given
   * @throws ApiError the refusal, when the caller has lost the right meanwhile
   */
  run<T>(
    grant: Grant,
    work: (record: Recorder) => Promise<T>,
    organizationId: string = grant.organizationId,
  ): Promise<T> {
    return this.commit(organizationId, contextOf(grant), async (record) => {
      await this.confirm(grant);
      return work(record);
    });
  }

  /** Runs a change that is made without a credential: by a person who signs in, or by Latchkey at start-up. */
  runFor<T>(
    by: Pick<NewAuditEvent, 'actor' | 'request'>,
    organizationId: string,
    work: (record: Recorder) => Promise<T>,
  ): Promise<T> {
    return this.commit(organizationId, { ...by, credential: null, projectId: null }, work);
  }

  /**
   * Lets changes to several organizations commit together. Their gates are taken at once, in the order in which
   * everyone takes them; a person's row, where one is concerned, before them.
   */
  together<T>(
    { organizationIds, userId }: { organizationIds: readonly string[]; userId?: string },
    work: () => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async () => {
      if (userId !== undefined) await this.trail.lockPerson(userId);
      await this.trail.lock(...organizationIds);
      return work();
    });
  }

  private commit<T>(
    organizationId: string,
    context: ChangeContext,
    work: (record: Recorder) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async () => {
      await this.trail.lock(organizationId);
      const subjects: string[] = [];
      const result = await work(async (change) => {
        if (!change.isNew && !change.keepsRights) subjects.push(change.target.id);
        await this.trail.append(organizationId, eventOf(change, context));
      });
      if (subjects.length > 0) await this.trail.advance(organizationId, subjects);
      return result;
    });
  }

  private async confirm({ call, stamp, organizationId }: Grant): Promise<void> {
    const now = await this.credentials.stamp(organizationId);
    if (now.organization === stamp.organization && now.platform === stamp.platform) return;
    const { memory } = call.credential;
    const state = await this.credentials.findState(memory.source);
    if (!state) throw new ApiError('invalid_token');
    const { decision } = await this.judge.judge(call, { ...state, memory });
    if (decision.refusal) throw toApiError(decision.refusal);
  }
}

type ChangeContext = Pick<NewAuditEvent, 'actor' | 'credential' | 'projectId' | 'request'>;

function contextOf(grant: Grant): ChangeContext {
  const { type, id, prefix } = grant.state.credential;
  return {
    actor: grant.actor,
    credential: { type, id, prefix },
    projectId: grant.projectId,
    request: grant.request,
  };
}

function eventOf(change: RecordedChange, context: ChangeContext): NewAuditEvent {
  return {
    ...context,
    projectId: change.projectId ?? context.projectId,
    action: change.action,
    outcome: 'allowed',
    code: null,
    product: null,
    access: null,
    target: change.target,
    changes: change.changes ?? null,
  };
}
