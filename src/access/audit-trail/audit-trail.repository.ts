import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ApiError } from '../../platform/http/api-error.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import type { NewAuditEvent } from './audit-event.js';
import { keptText } from './kept-text.js';

/** How many changes an instance may be behind before it has to read everything again. */
const keptChanges = 1_000;

/** Writes audit events, each with the organization's next number. */
@Injectable()
export class AuditTrailRepository {
  constructor(
    private readonly database: Database,
    private readonly fresh: FreshEvents,
  ) {}

  /**
   * Takes an organization's gate, so that changes to it happen one after another and every rule about the
   * whole organization (a last owner, a free slug) can be checked before it is kept. Several gates are taken in the
   * order in which everyone takes them, so that no two wait for each other.
   */
  async lock(...ids: readonly string[]): Promise<void> {
    await this.database.rows(
      'SELECT 1 FROM gate WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
      [ids],
    );
  }

  /**
   * Takes the row of a person, so that changes of what is theirs in several organizations happen one after another. It is
   * taken before any gate.
   */
  async lockPerson(userId: string): Promise<void> {
    await this.database.rows('SELECT 1 FROM user_account WHERE id = $1 FOR NO KEY UPDATE', [
      userId,
    ]);
  }

  /** The organizations that a person is a member of, and as whom. */
  memberships(userId: string): Promise<{ organization_id: string; id: string; name: string }[]> {
    return this.database.rows(
      `SELECT organization_id, id, name FROM member
       WHERE user_id = $1 AND deleted_at IS NULL ORDER BY organization_id`,
      [userId],
    );
  }

  /** Opens the gate of an organization, or of a person, that is being made. */
  async open(id: string): Promise<void> {
    await this.database.rows('INSERT INTO gate (id) VALUES ($1)', [id]);
  }

  /**
   * Numbers a change of rights and keeps what it was about. From its commit on, no decision that was made under an
   * earlier number is confirmed.
   */
  async advance(organizationId: string, subjects: readonly string[]): Promise<void> {
    await this.database.rows(
      `WITH advanced AS (UPDATE gate SET version = version + 1 WHERE id = $1 RETURNING id, version),
         outdated AS (DELETE FROM access_change WHERE organization_id = $1
           AND version < (SELECT version FROM gate WHERE id = $1) - $3)
       INSERT INTO access_change (organization_id, version, subject)
       SELECT DISTINCT id, version, subject FROM advanced, unnest($2::text[]) AS subject`,
      [organizationId, subjects, keptChanges],
    );
  }

  /**
   * Records one event. It is committed with the transaction under way, or at once.
   *
   * @throws ApiError `unavailable` when it cannot be written, for whatever reason
   */
  async append(organizationId: string, event: NewAuditEvent): Promise<void> {
    this.fresh.mention(organizationId);
    try {
      const written = await this.insert(organizationId, event);
      if (written.length === 0) throw new Error('the organization has no gate');
    } catch (cause) {
      throw new ApiError('unavailable', { cause });
    }
  }

  private insert(organizationId: string, event: NewAuditEvent): Promise<unknown[]> {
    const { actor, credential, target, request } = event;
    return this.database.rows(
      `WITH numbered AS (UPDATE gate SET seq = seq + 1, at = greatest(at, admission_clock()) WHERE id = $1
         RETURNING seq, at)
       INSERT INTO audit_event (organization_id, seq, occurred_at, action, outcome, code, project_id,
         actor_type, actor_id, actor_name, credential_type, credential_id, credential_prefix,
         product, access, target_type, target_id, changes,
         request_id, request_method, request_route, request_ip, request_user_agent)
       SELECT $1, numbered.seq, numbered.at, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
         $16, $17, $18, $19, $20, $21
       FROM numbered RETURNING seq`,
      [
        organizationId,
        event.action,
        event.outcome,
        event.code,
        event.projectId,
        actor.type,
        actor.id,
        actor.name,
        credential?.type,
        credential?.id,
        credential?.prefix,
        event.product,
        event.access,
        target?.type,
        target?.id,
        event.changes && JSON.stringify(event.changes),
        request?.id,
        request?.method,
        request?.route,
        request?.ip,
        request && keptText(request.userAgent),
      ],
    );
  }
}
