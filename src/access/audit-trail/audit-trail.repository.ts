import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { NewAuditEvent } from './audit-event.js';

const longestUserAgent = 256;

/** Writes audit events, each with the organization's next number. */
@Injectable()
export class AuditTrailRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the organization's gate, so that changes to it happen one after another and every rule about the
   * whole organization (a last owner, a free slug) can be checked before it is kept.
   */
  async lock(organizationId: string): Promise<void> {
    await this.database.rows('SELECT 1 FROM organization_gate WHERE id = $1 FOR NO KEY UPDATE', [
      organizationId,
    ]);
  }

  /** Opens the gate of an organization that is being made. */
  async open(organizationId: string): Promise<void> {
    await this.database.rows('INSERT INTO organization_gate (id) VALUES ($1)', [organizationId]);
  }

  /**
   * Records one event. It is committed with the transaction under way, or at once.
   *
   * @throws ApiError `unavailable` when it cannot be written, for whatever reason
   */
  async append(organizationId: string, event: NewAuditEvent): Promise<void> {
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
      `WITH gate AS (UPDATE organization_gate SET seq = seq + 1 WHERE id = $1 RETURNING seq)
       INSERT INTO audit_event (organization_id, seq, id, occurred_at, action, outcome, code, project_id,
         actor_type, actor_id, actor_name, credential_type, credential_id, credential_prefix,
         product, access, target_type, target_id, changes,
         request_id, request_method, request_route, request_ip, request_user_agent)
       SELECT $1, gate.seq, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
         $17, $18, $19, $20, $21, $22
       FROM gate RETURNING seq`,
      [
        organizationId,
        newId(),
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
        request?.userAgent?.slice(0, longestUserAgent).replaceAll('\0', '').toWellFormed(),
      ],
    );
  }
}
