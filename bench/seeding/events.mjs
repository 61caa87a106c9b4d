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
    await client.query(prepareSources, [organizations, keysPerOrganization]);
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

/** What the events of each organization are about, so that no id has to be made for each event anew. */
const prepareSources = `
  CREATE TEMP TABLE source AS
  SELECT n, key - (n - 1) * $2::bigint AS place, pg_temp.id_of('organization', n) AS organization_id,
    CASE WHEN key % $2::bigint = 1 THEN NULL ELSE pg_temp.id_of('project', n) END AS project_id,
    pg_temp.id_of(CASE WHEN key % $2::bigint = 1 THEN 'admin' ELSE 'bot' END, n) AS actor_id,
    CASE WHEN key % $2::bigint = 1 THEN 'Admin' ELSE 'Bot' END AS actor_name,
    pg_temp.id_of('key', key) AS key_id, 'sk_' || lpad(to_hex(key), 7, '0') AS prefix
  FROM generate_series(1, $1::bigint) AS n
  CROSS JOIN LATERAL generate_series((n - 1) * $2::bigint + 1, n * $2::bigint) AS key`;

/**
 * Of 1,000 events one revokes a key, one changes a role, 10 are refusals; products and addresses have rare values too.
 * The key at the first place is the administrator's.
 */
const insertEvents = `
  INSERT INTO audit_event (organization_id, seq, occurred_at, action, outcome, code, project_id,
    actor_type, actor_id, actor_name, credential_type, credential_id, credential_prefix, product, access,
    target_type, target_id, request_id, request_method, request_route, request_ip, request_user_agent)
  SELECT source.organization_id, seq, at,
    CASE WHEN place > 1 THEN 'api_key.used' WHEN dice < 0.001 THEN 'api_key.revoked' ELSE 'member.role_changed' END,
    CASE WHEN denied THEN 'denied' ELSE 'allowed' END, CASE WHEN denied THEN 'insufficient_permissions' END,
    source.project_id, 'service_account', source.actor_id, source.actor_name, 'api_key', source.key_id, source.prefix,
    CASE WHEN place = 1 THEN NULL WHEN dice < 0.9 THEN 'uptime' WHEN dice < 0.99 THEN 'status-pages' ELSE 'incidents' END,
    CASE WHEN place > 1 THEN 'read' END,
    CASE WHEN place = 1 THEN 'member' END, CASE WHEN place = 1 THEN source.actor_id::text END,
    request_id, 'GET', '/v1/authorize',
    '203.0.113.' || CASE WHEN dice < 0.999 THEN ceil(dice * 20) ELSE 99 END, 'curl/8.14.1'
  FROM (
    SELECT (i - 1) % $3::bigint + 1 AS n, (i - 1) / $3::bigint + 1 AS seq, pg_temp.id_of('request', i) AS request_id,
      now() - make_interval(days => ${days}) * (1 - i / $4::float8) AS at, dice, dice > 0.002 AND other < 0.01 AS denied,
      CASE WHEN dice < 0.002 THEN 1 ELSE 2 + floor(other * ($5::bigint - 1))::bigint END AS place
    FROM (SELECT i, random() AS dice, random() AS other FROM generate_series($1::bigint, $2::bigint) AS i) AS drawn
    OFFSET 0) AS event
  JOIN source USING (n, place)
  ORDER BY seq, n`;
