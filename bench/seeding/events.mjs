import { connected } from '../running/database.mjs';
import { keysPerOrganization } from './installation.mjs';
import { idFunction } from './ids.mjs';
import { ensurePartitions } from './partitions.mjs';

const days = 30;
const slice = 250_000;

/**
 * Fills the audit log as so many calls in the last 30 days would have: one after another in time, spread evenly over the
 * organizations. Nothing of it is sealed yet: a server that runs on the database does that.
 *
 * @param {import('./installation.mjs').Installation} installation
 * @param {number} events
 */
export async function seedEvents({ databaseUrl, organizations }, events) {
  await ensurePartitions(databaseUrl, days);
  await connected(databaseUrl, async (client) => {
    await client.query(idFunction);
    for (let first = 1; first <= events; first += slice)
      await client.query(insertEvents, [
        first,
        Math.min(first + slice - 1, events),
        organizations,
        events,
        keysPerOrganization,
      ]);
    await client.query(
      `UPDATE gate SET seq = last.seq, at = greatest(gate.at, last.at)
       FROM (SELECT organization_id, max(seq) AS seq, max(occurred_at) AS at FROM audit_event GROUP BY 1) AS last
       WHERE gate.id = last.organization_id`,
    );
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  });
}

/** Of 1,000 events one changes a key, one a role, 10 are refusals; actions, products and addresses have rare values. */
const insertEvents = `
  INSERT INTO audit_event (organization_id, seq, id, occurred_at, action, outcome, code, project_id,
    actor_type, actor_id, actor_name, credential_type, credential_id, credential_prefix, product, access,
    target_type, target_id, request_id, request_method, request_route, request_ip, request_user_agent)
  SELECT pg_temp.id_of('organization', n), (i - 1) / $3::bigint + 1, pg_temp.id_of('event', i),
    now() - make_interval(days => ${days}) * (1 - i / $4::float8),
    CASE WHEN NOT administers THEN 'api_key.used' WHEN dice < 0.001 THEN 'api_key.revoked' ELSE 'member.role_changed' END,
    CASE WHEN denied THEN 'denied' ELSE 'allowed' END, CASE WHEN denied THEN 'insufficient_permissions' END,
    CASE WHEN NOT administers THEN pg_temp.id_of('project', n) END,
    'service_account', pg_temp.id_of(CASE WHEN administers THEN 'admin' ELSE 'bot' END, n),
    CASE WHEN administers THEN 'Admin' ELSE 'Bot' END,
    'api_key', pg_temp.id_of('key', key), 'sk_' || lpad(to_hex(key), 7, '0'),
    CASE WHEN administers THEN NULL WHEN dice < 0.9 THEN 'uptime' WHEN dice < 0.99 THEN 'status-pages' ELSE 'incidents' END,
    CASE WHEN NOT administers THEN 'read' END,
    CASE WHEN administers THEN CASE WHEN dice < 0.001 THEN 'api_key' ELSE 'member' END END,
    CASE WHEN administers THEN pg_temp.id_of('key', key)::text END,
    pg_temp.id_of('event', i), 'GET', '/v1/authorize',
    '203.0.113.' || CASE WHEN dice < 0.999 THEN ceil(dice * 20) ELSE 99 END, 'curl/8.14.1'
  FROM generate_series($1::bigint, $2::bigint) AS i
  CROSS JOIN LATERAL (SELECT (i - 1) % $3::bigint + 1 AS n, random() AS dice, random() AS other, i AS _) AS drawn
  CROSS JOIN LATERAL (SELECT dice < 0.002 AS administers, dice > 0.002 AND other < 0.01 AS denied,
    (n - 1) * $5::bigint + CASE WHEN dice < 0.002 THEN 1 ELSE 2 + floor(other * 4) END::bigint AS key) AS chosen`;
