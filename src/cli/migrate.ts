import { loadEnvironment } from '../platform/config/environment.js';
import { readVariable } from '../platform/config/read-settings.js';
import { settingTable } from '../platform/config/settings.js';
import { prepareDatabase } from '../platform/database/prepare-database.js';
import { runCommand } from './run-command.js';

await runCommand(async () => {
  const databaseUrl = readVariable(loadEnvironment(), settingTable.databaseUrl);
  if (databaseUrl === null)
    throw new Error('DATABASE_URL is missing: the embedded database migrates itself.');
  const run = await prepareDatabase(databaseUrl, true);
  console.log(run.length === 0 ? 'The database is up to date.' : `Migrated: ${run.join(', ')}.`);
});
