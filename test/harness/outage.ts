import { databaseUrl, execute } from './database.js';
import type { TestServer } from './server.js';

/** Takes the database away from one server, as an outage does. Gives the way back. */
export async function cutOff({ config }: Pick<TestServer, 'config'>): Promise<() => Promise<void>> {
  const name = new URL(config.databaseUrl).pathname.slice(1);
  const administration = databaseUrl(config.databaseUrl, 'postgres');
  await execute(administration, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await execute(
    administration,
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
    [name],
  );
  return async () => {
    await execute(administration, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  };
}
