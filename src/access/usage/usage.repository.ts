import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { EventRange } from '../audit-chain/event-ranges.js';
import { countedCall } from './counted-call.js';
import { noProduct, noProject } from './usage-day.entity.js';

/** Totals of the calls in the audit log, so that nobody has to read a whole history to count them. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * The events that are not counted, a range of each log that has some; those first that have waited longest.
   *
   * @param organizationIds where to look; null for everywhere
   */
  async uncounted(organizationIds: readonly string[] | null): Promise<EventRange[]> {
    const among = organizationIds ? 'AND gate.id = ANY($1)' : '';
    const parameters = organizationIds ? [organizationIds] : [];
    await this.database.rows(
      `INSERT INTO usage_head (organization_id, seq, at)
       SELECT id, 0, 'epoch' FROM gate
       WHERE seq > 0 ${among} AND NOT EXISTS (SELECT 1 FROM usage_head WHERE organization_id = gate.id)
       ORDER BY id ON CONFLICT DO NOTHING`,
      parameters,
    );
    const rows = await this.database.rows<{ id: string; counted: string; seq: string }>(
      `SELECT gate.id, head.seq AS counted, gate.seq
       FROM usage_head AS head JOIN gate ON gate.id = head.organization_id
       WHERE gate.seq > head.seq ${among} ORDER BY head.at`,
      parameters,
    );
    return rows.map(({ id, counted, seq }) => ({
      organizationId: id,
      firstSeq: Number(counted) + 1,
      lastSeq: Number(seq),
    }));
  }

  /**
   * Adds calls that came after the heads to the totals, and moves the heads, in one statement: each call is added once.
   * What another instance is adding is passed over.
   *
   * @param ranges up to where, and how many events of each log at most
   */
  async add(ranges: readonly EventRange[]): Promise<void> {
    await this.database.rows(addCalls, [
      ranges.map((range) => range.organizationId),
      ranges.map((range) => range.lastSeq),
      ranges.map((range) => range.lastSeq - range.firstSeq + 1),
    ]);
  }
}

const addCalls = `
  WITH due AS MATERIALIZED (
    SELECT head.organization_id, head.seq, head.at, least(range.last, head.seq + range.events) AS last
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS range (organization_id, last, events)
    JOIN usage_head AS head USING (organization_id)
    WHERE head.seq < range.last ORDER BY head.organization_id FOR NO KEY UPDATE OF head SKIP LOCKED
  ), event AS MATERIALIZED (
    SELECT event.* FROM due CROSS JOIN LATERAL (
      SELECT organization_id, seq, occurred_at, count, action, outcome, code, project_id, product, credential_type, credential_id
      FROM audit_event WHERE audit_event.organization_id = due.organization_id
        AND audit_event.occurred_at >= due.at AND audit_event.seq > due.seq AND audit_event.seq <= due.last) AS event
  ), call AS MATERIALIZED (
    SELECT * FROM event WHERE ${countedCall} AND credential_id IS NOT NULL
  ), days AS (
    INSERT INTO usage_day AS total (organization_id, day, credential_id, project_id, product, outcome, calls)
    SELECT organization_id, (occurred_at AT TIME ZONE 'UTC')::date, credential_id,
      coalesce(project_id, '${noProject}'), coalesce(product, '${noProduct}'), outcome, sum(count)
    FROM call GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (organization_id, day, credential_id, project_id, product, outcome)
      DO UPDATE SET calls = total.calls + excluded.calls
  ), keys AS (
    INSERT INTO api_key_usage AS total (api_key_id, calls, last_used_at)
    SELECT credential_id, sum(count), max(occurred_at) FROM call WHERE credential_type = 'api_key'
    GROUP BY 1 ORDER BY 1
    ON CONFLICT (api_key_id) DO UPDATE SET calls = total.calls + excluded.calls,
      last_used_at = greatest(total.last_used_at, excluded.last_used_at)
  ), moved AS (
    UPDATE usage_head SET seq = last.seq, at = last.at
    FROM (SELECT organization_id, max(seq) AS seq, max(occurred_at) AS at FROM event GROUP BY 1) AS last
    WHERE usage_head.organization_id = last.organization_id
  )
  SELECT`;
