import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Grant } from '../grant.js';
import type { FieldChanges, NewAuditEvent } from './audit-event.js';
import { AuditTrailRepository } from './audit-trail.repository.js';

/** What was done, as the audit log tells it. */
export interface RecordedChange {
  /** `noun.past`, like `api_key.created`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly projectId?: string | null;
  readonly changes?: FieldChanges;
}

/** Says what was done. Called once for each thing that a change did. */
export type Recorder = (change: RecordedChange) => Promise<void>;

/** Makes changes: the change and its events commit together, or neither does. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditTrailRepository,
  ) {}

  /**
   * Runs a change in one transaction that holds the organization's gate, so that changes to one organization
   * happen one after another.
   *
   * @param organizationId whose log the change is told in, the caller's own unless given
   */
  run<T>(
    grant: Grant,
    work: (record: Recorder) => Promise<T>,
    organizationId: string = grant.organizationId,
  ): Promise<T> {
    return this.commit(organizationId, contextOf(grant), work);
  }

  /** Runs a change that is made without a credential: by a person who signs in, or by Latchkey at start-up. */
  runFor<T>(
    by: Pick<NewAuditEvent, 'actor' | 'request'>,
    organizationId: string,
    work: (record: Recorder) => Promise<T>,
  ): Promise<T> {
    return this.commit(organizationId, { ...by, credential: null, projectId: null }, work);
  }

  private commit<T>(
    organizationId: string,
    context: ChangeContext,
    work: (record: Recorder) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async () => {
      await this.trail.lock(organizationId);
      return work((change) => this.trail.append(organizationId, eventOf(change, context)));
    });
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
