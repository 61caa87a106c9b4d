import type { TestServer } from './server.js';

const tables = [
  'organization',
  'user_account',
  'member',
  'project',
  'project_member',
  'role',
  'product',
  'api_key',
  'api_key_secret',
  'session',
  'oauth_client',
  'oauth_client_secret',
  'oauth_token',
  'refresh_token',
  'password_reset',
  'invitation',
  'idempotent_answer',
];

/**
 * Every row of a server's database, as one text to compare: a request that was refused has changed none of it. Events
 * of credentials that were used are left out, since refusals leave them as well.
 */
export async function everyRow(server: TestServer): Promise<string> {
  const contents = tables.map((table) => `(SELECT json_agg(t ORDER BY t::text) FROM ${table} t)`);
  const [row] = await server.sql<{ rows: unknown }>(
    `SELECT json_build_array(${contents.join(', ')},
       (SELECT count(*) FROM audit_event WHERE action NOT LIKE '%.used')) AS rows`,
  );
  return JSON.stringify(row?.rows);
}
