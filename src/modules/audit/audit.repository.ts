import { Injectable } from '@nestjs/common';
import { AuditEvent, placeOf, type Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import type { Slice } from '../../platform/http/pages.js';
import type { ListAuditEvents } from './audit-event.dto.js';

/** Columns of the filters that ask for a value. */
const equal = {
  action: 'action',
  actor_id: 'actorId',
  product: 'product',
  outcome: 'outcome',
  ip: 'requestIp',
} as const;

/** The audit log, each organization's seen by itself only and there by whom the grant reaches. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  list(grant: Grant, filter: ListAuditEvents, { after, count }: Slice): Promise<AuditEvent[]> {
    const query = this.reachable(grant).orderBy('event.seq', 'DESC').take(count);
    for (const [name, column] of Object.entries(equal)) {
      const value = filter[name as keyof typeof equal];
      if (value !== undefined) query.andWhere(`event.${column} = :${name}`, { [name]: value });
    }
    if (filter.key_id !== undefined)
      query.andWhere(`event.credentialType = 'api_key' AND event.credentialId = :keyId`, {
        keyId: filter.key_id,
      });
    if (filter.from !== undefined)
      query.andWhere('event.occurredAt >= :from', { from: filter.from });
    if (filter.to !== undefined) query.andWhere('event.occurredAt < :to', { to: filter.to });
    if (after !== null) query.andWhere('event.seq < :after', { after });
    return query.getMany();
  }

  find(grant: Grant, id: string): Promise<AuditEvent | null> {
    const place = placeOf(grant.organizationId, id);
    if (!place) return Promise.resolve(null);
    return this.reachable(grant)
      .andWhere('event.seq = :seq AND event.occurredAt = :occurredAt', place)
      .getOne();
  }

  private reachable({ organizationId, projects }: Grant) {
    const query = this.database
      .of(AuditEvent)
      .createQueryBuilder('event')
      .where('event.organizationId = :organizationId', { organizationId });
    if (projects !== 'all')
      query.andWhere('event.projectId = ANY(:projects)', { projects: [...projects] });
    return query;
  }
}
