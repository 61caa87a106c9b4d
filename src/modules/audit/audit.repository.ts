import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { AuditEvent, placeOf, type EventPlace, type Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { invalidField } from '../../platform/http/api-error.js';
import type { Slice } from '../../platform/http/pages.js';
import type { AuditEventFilter } from './audit-event.dto.js';

/** Columns of the filters that ask for a value. */
const equal = {
  action: 'action',
  actor_id: 'actorId',
  key_id: 'credentialId',
  product: 'product',
  outcome: 'outcome',
  ip: 'requestIp',
} as const;

/** The audit log, each organization's seen by itself only and there by whom the grant reaches. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /**
   * The newest events that the filter leaves. They are found by the primary key's index alone, which holds all that is
   * filtered by; only the rows of the page itself are read.
   */
  async list(grant: Grant, filter: AuditEventFilter, slice: Slice): Promise<AuditEvent[]> {
    const query = this.narrowed(grant, filter)
      .select(['event.organizationId', 'event.occurredAt', 'event.seq'])
      .orderBy({ 'event.occurredAt': 'DESC', 'event.seq': 'DESC' })
      .limit(slice.count);
    if (slice.after !== null) {
      const place = placeOf(grant.organizationId, slice.after);
      if (!place) throw invalidField('cursor', 'is not a cursor of this list');
      beyond(query, place, '<');
    }
    return this.at(await query.getMany());
  }

  find(grant: Grant, id: string): Promise<AuditEvent | null> {
    const place = placeOf(grant.organizationId, id);
    if (!place) return Promise.resolve(null);
    return this.reachable(grant)
      .andWhere('event.seq = :seq AND event.occurredAt = :occurredAt', place)
      .getOne();
  }

  /**
   * Events that the filter leaves, the oldest first, so many at most.
   *
   * @param after the last one before them; null to begin with the oldest
   */
  oldest(
    grant: Grant,
    filter: AuditEventFilter,
    after: EventPlace | null,
    count: number,
  ): Promise<AuditEvent[]> {
    const query = this.narrowed(grant, filter)
      .orderBy({ 'event.occurredAt': 'ASC', 'event.seq': 'ASC' })
      .limit(count);
    if (after !== null) beyond(query, after, '>');
    return query.getMany();
  }

  private narrowed(grant: Grant, filter: AuditEventFilter) {
    const query = this.reachable(grant);
    for (const [name, column] of Object.entries(equal)) {
      const value = filter[name as keyof typeof equal];
      if (value !== undefined) query.andWhere(`event.${column} = :${name}`, { [name]: value });
    }
    if (filter.from !== undefined)
      query.andWhere('event.occurredAt >= :from', { from: filter.from });
    if (filter.to !== undefined) query.andWhere('event.occurredAt < :to', { to: filter.to });
    return query;
  }

  /** The events at some places of one log, which are in the order of the list. */
  private async at(places: readonly EventPlace[]): Promise<AuditEvent[]> {
    const [newest, oldest] = [places[0], places.at(-1)];
    if (!newest || !oldest) return [];
    return this.database
      .of(AuditEvent)
      .createQueryBuilder('event')
      .where('event.organizationId = :organizationId', newest)
      .andWhere('event.occurredAt BETWEEN :from AND :to', {
        from: oldest.occurredAt,
        to: newest.occurredAt,
      })
      .andWhere(
        `(event.occurredAt, event.seq) IN (SELECT * FROM unnest(:times::timestamptz[], :seqs::bigint[]))`,
        { times: places.map((place) => place.occurredAt), seqs: places.map((place) => place.seq) },
      )
      .orderBy({ 'event.occurredAt': 'DESC', 'event.seq': 'DESC' })
      .getMany();
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

/** Narrows to what comes before or after a place in the log. */
function beyond(query: SelectQueryBuilder<AuditEvent>, place: EventPlace, side: '<' | '>'): void {
  query
    .andWhere(`(event.occurredAt, event.seq) ${side} (:occurredAt, :seq)`, place)
    // The same again, since partitions are not ruled out by two columns at once.
    .andWhere(`event.occurredAt ${side}= :occurredAt`);
}
