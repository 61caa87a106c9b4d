import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Actor } from '../actor.js';
import type { Grant } from '../grant.js';
import type { FieldChanges, RequestInfo } from './audit-event.js';
import { AuditTrailRepository } from './audit-trail.repository.js';
import { Changes } from './changes.js';

/** Whose change it is, and who makes it. */
export interface PersonalChange {
  readonly userId: string;
  readonly request: RequestInfo;
  /** The call that makes it, where it is made by one: it is decided again if rights have changed since. */
  readonly grant?: Grant;
  /** Who makes it, where that is not the person. */
  readonly actor?: Actor;
}

/** What was done, as the log of every organization tells it that the person is a member of. */
export interface RecordedPersonalChange {
  /** `noun.past`, like `user.password_changed`. */
  readonly action: string;
  /** Whether no decision is made from what changed. */
  readonly keepsRights?: boolean;
  /** What stood before and what stands after, for the eyes of one organization. */
  readonly changesIn?: (organizationId: string) => FieldChanges | undefined;
}

/** Says what was done. */
export type PersonalRecorder = (change: RecordedPersonalChange) => Promise<void>;

/**
 * Makes changes of what belongs to a person and to no organization, like a password. The person may be a member of several:
 * each tells it in its log, with its own member as actor, and drops what it remembers of them.
 */
@Injectable()
export class PersonalChanges {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditTrailRepository,
    private readonly changes: Changes,
  ) {}

  /**
   * Runs a change in one transaction that holds the person's row and then the gate of every organization of theirs.
   *
   * @throws ApiError the refusal, when the call that makes it has lost the right meanwhile
   */
  run<T>(by: PersonalChange, work: (record: PersonalRecorder) => Promise<T>): Promise<T> {
    const { userId, grant } = by;
    return this.database.transaction(async () => {
      await this.trail.lockPerson(userId);
      const places = await this.trail.memberships(userId);
      const organizationIds = places.map((place) => place.organization_id);
      await this.trail.lock(...organizationIds, ...(grant ? [grant.organizationId] : []));
      if (grant) await this.changes.run(grant, () => Promise.resolve());
      return work(async ({ action, keepsRights = false, changesIn }) => {
        for (const { organization_id: organizationId, id, name } of places) {
          const actor = by.actor ?? { type: 'human', id, name };
          const changes = changesIn?.(organizationId);
          const target = { type: 'user', id: userId };
          const told = { action, target, keepsRights, ...(changes && { changes }) };
          const { request } = by;
          await this.changes.runFor({ actor, request }, organizationId, (record) => record(told));
        }
      });
    });
  }
}
