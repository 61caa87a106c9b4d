import { join } from 'node:path';

/** better-auth's API-key plugin: checks the key and its limit, and counts its calls; no roles, no audit log. */
export const betterAuth = {
  name: 'better-auth',
  title: "better-auth's API-key plugin",
  program: join(import.meta.dirname, 'server.mjs'),
  path: '/authorize',
  refusesBadKeys: true,
  async prepare(databaseUrl, { keys }) {
    const { createAuth } = await import('./auth.mjs');
    const { getMigrations } = await import('better-auth/db/migration');
    // It would complain about tables that are only about to be made.
    const auth = createAuth(databaseUrl, { logger: { disabled: true } });
    await (await getMigrations(auth.options)).runMigrations();
    const { internalAdapter } = await auth.$context;
    const tokens = [];
    for (let n = 0; n < keys; n += keysPerUser) {
      const user = await internalAdapter.createUser({
        name: `User ${n}`,
        email: `user-${n}@example.com`,
      });
      for (let key = n; key < Math.min(n + keysPerUser, keys); key += 1)
        tokens.push((await auth.api.createApiKey({ body: { userId: user.id } })).key);
    }
    await auth.options.database.query('VACUUM ANALYZE');
    await auth.options.database.end();
    return { environment: { DATABASE_URL: databaseUrl }, tokens };
  },
  recorded: 'SELECT coalesce(sum("requestCount"), 0)::int AS calls FROM apikey',
};

const keysPerUser = 5;
