import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { builtInRoles } from '../../dist/src/access/index.js';
import { SecretHasher } from '../../dist/src/platform/crypto/secret-hasher.js';
import { mintToken, tokenPrefix } from '../../dist/src/platform/crypto/token-format.js';
import { prepareDatabase } from '../../dist/src/platform/database/prepare-database.js';
import { connected } from '../running/database.mjs';
import { idOf, idFunction } from './ids.mjs';

/** Each organization has one of these that lists and revokes, and the others that are called with. */
export const keysPerOrganization = 5;

/** So many keys have a secret that somebody knows; those after them are there to be many. */
const mostUsableKeys = 125_000;

const farAway = 1_000_000_000;

/**
 * @typedef {object} Installation
 * @property {string} databaseUrl
 * @property {Record<string, string>} environment what a server is started with on it
 * @property {number} organizations
 * @property {(organization: number) => string[]} callersOf tokens of an organization's project-scoped keys
 * @property {(organization: number) => string} adminOf the token of its organization-scoped key
 */

/**
 * Fills an empty database: organizations with a project, a service account that works in it and one that administers,
 * and {@link keysPerOrganization} keys each. The first organization's limit is out of reach.
 *
 * @param {string} databaseUrl
 * @param {number} organizations
 * @returns {Promise<Installation>}
 */
export async function seedInstallation(databaseUrl, organizations) {
  const pepper = randomBytes(32).toString('base64url');
  const keys = organizations * keysPerOrganization;
  const tokens = Array.from({ length: Math.min(keys, mostUsableKeys) }, () => mintToken('sk'));
  await prepareDatabase(databaseUrl, true);
  await connected(databaseUrl, async (client) => {
    // Foreign keys need no check: what is written here is complete.
    await client.query('SET session_replication_role = replica');
    await client.query(idFunction);
    for (const statement of organizationStatements) await client.query(statement, [organizations]);
    await insertKeys(client, keys, tokens, new SecretHasher([pepper]));
    await client.query(
      'ALTER TABLE organization DROP CONSTRAINT IF EXISTS organization_limit_check',
    );
    await client.query('UPDATE organization SET rate_limit_per_minute = $1 WHERE id = $2', [
      farAway,
      idOf('organization', 1),
    ]);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  });
  const first = (organization) => (organization - 1) * keysPerOrganization;
  return {
    databaseUrl,
    environment: environmentOf(databaseUrl, pepper),
    organizations,
    adminOf: (organization) => tokens[first(organization)],
    callersOf: (organization) =>
      tokens.slice(first(organization) + 1, first(organization) + keysPerOrganization),
  };
}

function environmentOf(databaseUrl, pepper) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    DATABASE_URL: databaseUrl,
    KEY_PEPPER: pepper,
    SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    HOST: '127.0.0.1',
    PORT: '0',
    PRODUCTS: 'uptime,status-pages,incidents',
    RATE_LIMIT_PER_MINUTE: '100000',
  };
}

function roleId(level, name) {
  return builtInRoles.find((role) => role.level === level && role.name === name).id;
}

const organizationStatements = [
  `INSERT INTO gate (id) SELECT pg_temp.id_of('organization', n) FROM generate_series(1, $1) AS n`,
  `INSERT INTO organization (id, slug, name)
   SELECT pg_temp.id_of('organization', n), 'organization-' || n, 'Organization ' || n FROM generate_series(1, $1) AS n`,
  `INSERT INTO project (id, organization_id, slug, name)
   SELECT pg_temp.id_of('project', n), pg_temp.id_of('organization', n), 'website', 'Website' FROM generate_series(1, $1) AS n`,
  `INSERT INTO member (id, organization_id, type, name, role_id)
   SELECT pg_temp.id_of('bot', n), pg_temp.id_of('organization', n), 'service_account', 'Bot',
     '${roleId('organization', 'member')}'::uuid FROM generate_series(1, $1) AS n
   UNION ALL SELECT pg_temp.id_of('admin', n), pg_temp.id_of('organization', n), 'service_account', 'Admin',
     '${roleId('organization', 'admin')}'::uuid FROM generate_series(1, $1) AS n`,
  `INSERT INTO project_member (project_id, member_id, organization_id, role_id)
   SELECT pg_temp.id_of('project', n), pg_temp.id_of('bot', n), pg_temp.id_of('organization', n), '${roleId('project', 'editor')}'
   FROM generate_series(1, $1) AS n`,
];

async function insertKeys(client, keys, tokens, hasher) {
  await client.query(
    `INSERT INTO api_key (id, organization_id, owner_id, name, scope, project_id, product_scopes)
     SELECT pg_temp.id_of('key', k), pg_temp.id_of('organization', n), pg_temp.id_of(CASE WHEN administers THEN 'admin' ELSE 'bot' END, n),
       'Key ' || k, CASE WHEN administers THEN 'organization' ELSE 'project' END,
       CASE WHEN NOT administers THEN pg_temp.id_of('project', n) END,
       CASE WHEN NOT administers THEN '{"uptime": "read"}'::jsonb END
     FROM generate_series(1, $1::int) AS k CROSS JOIN LATERAL (
       SELECT (k - 1) / $2::int + 1 AS n, (k - 1) % $2::int = 0 AS administers) AS place`,
    [keys, keysPerOrganization],
  );
  const slice = 10_000;
  for (let first = 0; first < tokens.length; first += slice) {
    const some = tokens.slice(first, first + slice);
    await client.query(
      `INSERT INTO api_key_secret (id, api_key_id, hash, pepper_id, prefix)
       SELECT pg_temp.id_of('secret', $1 + n), pg_temp.id_of('key', $1 + n), hash, $2, prefix
       FROM unnest($3::bytea[], $4::text[]) WITH ORDINALITY AS secret (hash, prefix, n)`,
      [
        first,
        hasher.store(some[0]).pepperId,
        some.map((token) => hasher.store(token).hash),
        some.map(tokenPrefix),
      ],
    );
  }
  await client.query(
    `INSERT INTO api_key_secret (id, api_key_id, hash, pepper_id, prefix)
     SELECT pg_temp.id_of('secret', k), pg_temp.id_of('key', k), sha256(k::text::bytea), $3, 'sk_0000000'
     FROM generate_series($1::int + 1, $2::int) AS k`,
    [tokens.length, keys, hasher.store('').pepperId],
  );
}
