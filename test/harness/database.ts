import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../dist/src/platform/database/embedded/embedded-postgres.js';
import { prepareDatabase } from '../../dist/src/platform/database/prepare-database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database that nobody connects to: every test server gets a copy of it. */
    templateUrl: string;
  }
}

/**
 * Starts PostgreSQL once for all tests, unless `DATABASE_URL` names one, and migrates the template database that
 * every test server's own is copied from. Takes all of it away at the end.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  const template = `latchkey_template_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `CREATE DATABASE ${template}`);
  const templateUrl = databaseUrl(server.url, template);
  await prepareDatabase(templateUrl, true);
  project.provide('templateUrl', templateUrl);
  return async () => {
    await execute(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.stop();
  };
}

async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { DATABASE_URL: given } = process.env;
  if (given) return { url: given, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-tests-'));
  await chmod(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => {} });
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: postgres.url, stop };
}

/** The address of another database of the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on a connection of its own and gives its rows. */
export async function execute<Row extends object>(
  url: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
