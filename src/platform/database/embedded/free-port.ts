import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';

/**
 * A TCP port on 127.0.0.1 that nothing listens on, from 20000 to 32767: below the range from which the
 * systems give ports to outgoing connections. In that range, a client that retries while PostgreSQL restarts
 * could be given the very port that it calls, connect to itself and keep the port from PostgreSQL.
 * @throws DataDirectoryError when a hundred attempts find none.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(20_000, 32_768);
    if (await isFree(port)) return port;
  }
  throw new DataDirectoryError(
    'no free TCP port between 20000 and 32767 on 127.0.0.1: stop what uses them, or set DATABASE_URL',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (isSystemError(error, 'EADDRINUSE', 'EACCES')) resolve(false);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
