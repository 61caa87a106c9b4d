import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connected } from '../../running/database.mjs';

/** The usual way to do the same job: each request a SELECT, an INSERT and an UPDATE. */
export const baseline = {
  name: 'baseline',
  title: 'The usual way, Nest + Express',
  program: join(import.meta.dirname, 'server.mjs'),
  path: '/authorize?product=uptime&access=read',
  refusesBadKeys: true,
  async prepare(databaseUrl, { keys }) {
    const tokens = Array.from(
      { length: keys },
      () => `sk_${randomBytes(32).toString('base64url')}`,
    );
    const schema = await readFile(join(import.meta.dirname, 'schema.sql'), 'utf8');
    await connected(databaseUrl, async (client) => {
      await client.query(schema);
      await client.query(
        `INSERT INTO api_key (organization_id, member_id, hash, name)
         SELECT owner.organization_id, owner.id, key.hash, 'Key ' || key.n
         FROM unnest($1::bytea[]) WITH ORDINALITY AS key (hash, n)
         JOIN (SELECT *, row_number() OVER () AS n, count(*) OVER () AS owners FROM member) AS owner
           ON owner.n = key.n % owner.owners + 1`,
        [tokens.map((token) => createHash('sha256').update(token).digest())],
      );
      await client.query('VACUUM ANALYZE');
    });
    return { environment: { DATABASE_URL: databaseUrl }, tokens };
  },
  recorded: 'SELECT count(*)::int AS calls FROM audit_event',
};
