import type { DataSource } from 'typeorm';
import { StartError } from '../start-error.js';
import { createDataSource } from './data-source.js';
import { checkDurability } from './durability.js';

/** The oldest PostgreSQL that is supported. */
const oldestVersion = 150_000;

/** Keeps two servers from migrating at once: the key of a session's advisory lock. */
const migrationLock = 7_041_979;

/**
 * Checks that the database is there, is recent enough, keeps what it commits, and has the schema of this version.
 *
 * @param migrate whether to bring the schema up to date; otherwise pending migrations are an error
 * @returns the names of the migrations that were run
 * @throws StartError
 */
export async function prepareDatabase(databaseUrl: string, migrate: boolean): Promise<string[]> {
  const dataSource = await connect(databaseUrl);
  try {
    await checkVersion(dataSource);
    await checkDurability(dataSource);
    if (migrate) return await runMigrations(dataSource);
    if (await dataSource.showMigrations())
      throw new StartError('The database has pending migrations: run `npm run migrate`.');
    return [];
  } finally {
    await dataSource.destroy();
  }
}

async function connect(databaseUrl: string): Promise<DataSource> {
  const dataSource = createDataSource(databaseUrl);
  try {
    return await dataSource.initialize();
  } catch (error) {
    throw new StartError(
      `DATABASE_URL: cannot reach the database at ${placeOf(databaseUrl)}: ${reasonOf(error)}.`,
    );
  }
}

function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split('\n')[0] ?? 'unknown';
}

async function checkVersion(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ version: number }[]>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  if (!row || row.version < oldestVersion)
    throw new StartError('DATABASE_URL: PostgreSQL 15 or later is required.');
}

async function runMigrations(dataSource: DataSource): Promise<string[]> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const run = await dataSource.runMigrations();
    return run.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    await lock.release();
  }
}
