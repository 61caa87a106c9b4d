import { loadEnvironment } from '../platform/config/environment.js';
import { prepareDatabase } from '../platform/database/prepare-database.js';

const { DATABASE_URL: databaseUrl } = loadEnvironment();
try {
  if (!databaseUrl)
    throw new Error('DATABASE_URL is missing. The embedded database migrates itself.');
  const run = await prepareDatabase(databaseUrl, true);
  console.log(run.length === 0 ? 'The database is up to date.' : `Migrated: ${run.join(', ')}.`);
} catch (error) {
  console.error(`cannot migrate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
