import { resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { loadSecrets } from '../config/secrets.js';
import type { Settings } from '../config/settings.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { prepareDatabase } from './prepare-database.js';

/** A database that is ready for use, with the configuration that it completes. */
export interface OpenDatabase {
  readonly config: Config;
  /** Stops the embedded database; nothing for another. */
  close(): Promise<void>;
}

/**
 * Finds the database: the one that the settings name, whose schema must be up to date, or an embedded one, which is
 * started and migrated.
 */
export async function openDatabase(settings: Settings): Promise<OpenDatabase> {
  if (settings.databaseUrl !== null) {
    await prepareDatabase(settings.databaseUrl, false);
    const config = await complete(settings, settings.databaseUrl);
    return { config, close: () => Promise.resolve() };
  }
  const dataDir = resolve(settings.dataDir);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const embedded: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, log });
  try {
    await prepareDatabase(embedded.url, true);
    const config = await complete(settings, embedded.url);
    return { config, close: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function complete(settings: Settings, databaseUrl: string): Promise<Config> {
  const secrets = await loadSecrets(settings);
  return { ...settings, ...secrets, databaseUrl, embedded: settings.databaseUrl === null };
}
