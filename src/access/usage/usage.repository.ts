import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { countedCall } from './counted-call.js';
import { noProduct, noProject } from './usage-day.entity.js';

/** Totals of the calls in the audit log, so that nobody has to read a whole history to count them. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** Begins to count for organizations whose logs have begun since, and gives the database's time. */
  async begin(): Promise<Date> {
    await this.database.rows(
      `INSERT INTO usage_head (organization_id, seq, at)
       SELECT id, 0, 'epoch' FROM gate
       WHERE seq > 0 AND NOT EXISTS (SELECT 1 FROM usage_head WHERE organization_id = gate.id)
       ORDER BY id ON CONFLICT DO NOTHING`,
    );
    const [row] = await this.database.rows<{ now: Date }>('SELECT admission_clock() AS now');
    return row?.now ?? new Date();
  }

  /**
   * Adds calls that came after the heads to the totals, and moves the heads, in one statement: each call is added once.
   * What another instance is adding is passed over.
   *
   * @param before where calls are added: in logs that are not counted up to this time
   * @param organizations how many at most, those first that have waited longest
   * @param events how many of each at most
   * @returns how many organizations there were
   */
  async add(before: Date, organizations: number, events: number): Promise<number> {
    const parameters = [before, organizations, events];
    const [row] = await this.database.rows<{ count: number }>(addCalls, parameters);
    return row?.count ?? 0;
  }
}

const addCalls = `
  WITH due AS MATERIALIZED (
    SELECT head.organization_id, head.seq, head.at, least(gate.seq, head.seq + $3::bigint) AS last
    FROM usage_head AS head JOIN gate ON gate.id = head.organization_id
    WHERE gate.seq > head.seq AND head.at <= $1 ORDER BY head.at LIMIT $2 FOR NO KEY UPDATE OF head SKIP LOCKED
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
  SELECT count(*)::int AS count FROM due`;
