import { connected } from '../running/database.mjs';

/**
 * Sees that the audit log has a place for events of so many days ago, where it is partitioned by time: the oldest
 * partition's span is repeated into the past.
 *
 * @param {string} databaseUrl
 * @param {number} days
 * @returns {Promise<number>} how many partitions were made
 */
export async function ensurePartitions(databaseUrl, days) {
  return connected(databaseUrl, async (client) => {
    const { rows } = await client.query(partitions);
    const [oldest] = rows;
    if (!oldest) return 0;
    const [span, earliest] = [oldest.until - oldest.since, Date.now() - (days + 1) * 86_400_000];
    let made = 0;
    for (let until = oldest.since; until > earliest; until -= span, made += 1) {
      const [from, to] = [until - span, until].map((time) => new Date(time).toISOString());
      const name = `audit_event_${from.slice(0, 10).replaceAll('-', '')}`;
      await client.query(
        `CREATE TABLE ${name} PARTITION OF audit_event FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    }
    return made;
  });
}

/** The bounds of the audit log's partitions in milliseconds since 1970, the oldest first; none where it has none. */
const partitions = `
  SELECT extract(epoch FROM (bound[1])::timestamptz)::float8 * 1000 AS since,
    extract(epoch FROM (bound[2])::timestamptz)::float8 * 1000 AS until
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  CROSS JOIN LATERAL regexp_match(pg_get_expr(relpartbound, pg_class.oid), 'FROM \\(''(.+?)''.*\\) TO \\(''(.+?)''') AS bound
  WHERE inhparent = 'audit_event'::regclass AND bound IS NOT NULL
  ORDER BY since`;
