import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connected } from '../../running/database.mjs';

const usualWay = {
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

/** The usual way to do the same job, with SQL by hand: each request a SELECT, an INSERT and an UPDATE. */
export const usualSql = {
  ...usualWay,
  name: 'usual_sql',
  title: 'The usual way, Express, SQL by hand',
  program: join(import.meta.dirname, 'sql/server.mjs'),
};

/** The same with the library that most Nest services use. */
export const usualTypeorm = {
  ...usualWay,
  name: 'usual_typeorm',
  title: 'The usual way, Express, TypeORM',
  program: join(import.meta.dirname, 'typeorm/server.mjs'),
};
