import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls are added to the totals of use apart from sealing, and less often. The totals are as far as the chains are. */
export class CountApartFromSealing1764291600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE usage_head (
      organization_id uuid PRIMARY KEY,
      seq bigint NOT NULL,
      at timestamptz(3) NOT NULL
    ) WITH (fillfactor = 50)`);
    await runner.query('INSERT INTO usage_head SELECT organization_id, seq, at FROM chain_head');
  }

  /** Brings the totals to where the chains are. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const calls = `
  SELECT event.*, CASE WHEN event.seq > coalesce(counted.seq, 0) THEN count ELSE -count END AS calls
  FROM chain_head AS head LEFT JOIN usage_head AS counted USING (organization_id)
  JOIN audit_event AS event ON event.organization_id = head.organization_id
    AND event.occurred_at >= least(head.at, coalesce(counted.at, 'epoch'))
    AND event.seq > least(head.seq, coalesce(counted.seq, 0)) AND event.seq <= greatest(head.seq, counted.seq)
  WHERE action IN ('api_key.used', 'session.used', 'oauth_token.used') AND credential_id IS NOT NULL
    AND code IS DISTINCT FROM 'invalid_token' AND code IS DISTINCT FROM 'rate_limit_exceeded'`;

const down = [
  `INSERT INTO usage_day AS total (organization_id, day, credential_id, project_id, product, outcome, calls)
   SELECT organization_id, (occurred_at AT TIME ZONE 'UTC')::date, credential_id,
     coalesce(project_id, '00000000-0000-0000-0000-000000000000'), coalesce(product, ''), outcome, sum(calls)
   FROM (${calls}) AS call GROUP BY 1, 2, 3, 4, 5, 6
   ON CONFLICT (organization_id, day, credential_id, project_id, product, outcome)
     DO UPDATE SET calls = total.calls + excluded.calls`,
  `INSERT INTO api_key_usage AS total (api_key_id, calls, last_used_at)
   SELECT credential_id, sum(calls), max(occurred_at) FROM (${calls}) AS call
   WHERE credential_type = 'api_key' GROUP BY 1
   ON CONFLICT (api_key_id) DO UPDATE SET calls = total.calls + excluded.calls,
     last_used_at = greatest(total.last_used_at, excluded.last_used_at)`,
  'DROP TABLE usage_head',
];
