import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { countedCall } from './counted-call.js';
import { noProduct, noProject } from './usage-day.entity.js';

/** Consecutive events of an organization. */
export interface EventRange {
  readonly organizationId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Totals of the calls in the audit log, so that nobody has to read a whole history to count them. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds the calls among some events to the totals. Each event is to be added once: the caller holds the chain heads
   * of the organizations, and moves them in the same transaction.
   */
  async add(ranges: readonly EventRange[]): Promise<void> {
    await this.database.rows(
      `WITH call AS MATERIALIZED (
         SELECT event.* FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS range (organization_id, first, last)
         JOIN audit_event AS event ON event.organization_id = range.organization_id AND event.seq BETWEEN first AND last
         WHERE ${countedCall}
       ), days AS (
         INSERT INTO usage_day AS total (organization_id, day, credential_id, project_id, product, outcome, calls)
         SELECT organization_id, (occurred_at AT TIME ZONE 'UTC')::date, credential_id,
           coalesce(project_id, '${noProject}'), coalesce(product, '${noProduct}'), outcome, sum(count)
         FROM call GROUP BY 1, 2, 3, 4, 5, 6
         ON CONFLICT (organization_id, day, credential_id, project_id, product, outcome)
           DO UPDATE SET calls = total.calls + excluded.calls
       )
       INSERT INTO api_key_usage AS total (api_key_id, calls, last_used_at)
       SELECT credential_id, sum(count), max(occurred_at) FROM call WHERE credential_type = 'api_key' GROUP BY 1
       ON CONFLICT (api_key_id) DO UPDATE SET calls = total.calls + excluded.calls,
         last_used_at = greatest(total.last_used_at, excluded.last_used_at)`,
      [
        ranges.map((range) => range.organizationId),
        ranges.map((range) => range.firstSeq),
        ranges.map((range) => range.lastSeq),
      ],
    );
  }
}
