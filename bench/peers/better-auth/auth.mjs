import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import pg from 'pg';

/** better-auth with its API-key plugin: default settings, but a limit that no measurement reaches. */
export function createAuth(databaseUrl, options = {}) {
  return betterAuth({
    database: new pg.Pool({ connectionString: databaseUrl }),
    secret: 'a secret for measurements only, 32 long',
    baseURL: 'http://127.0.0.1',
    ...options,
    plugins: [apiKey({ rateLimit: { maxRequests: 1_000_000_000 } })],
  });
}
