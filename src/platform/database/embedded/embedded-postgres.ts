import { mkdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chooseAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { DATABASE_NAME, prepareCluster } from './cluster.js';
import { DataDirectoryError, toDataDirectoryError } from './data-directory-error.js';
import type { FileLock } from './file-lock.js';
import { tryLock } from './file-lock.js';
import { findFreePort } from './free-port.js';
import { endLeftover } from './leftover.js';
import type { ServerPlan } from './server-process.js';
import { connectionString, PortTakenError } from './server-process.js';
import { Supervisor } from './supervisor.js';

export { DataDirectoryError } from './data-directory-error.js';

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /**
   * A node-postgres connection string to the database `latchkey`, as its superuser. It holds the password: do not
   * log it. It is the same until {@link stop}, also when PostgreSQL had to be restarted, and another at the next start.
   */
  readonly url: string;
  /** A fast shutdown, bounded; resolves when no process and no lock remain. May be called again. */
  stop(): Promise<void>;
}

/** How often another port is tried when someone takes the chosen one first. */
const PORT_ATTEMPTS = 5;

/**
 * Starts a PostgreSQL that keeps its data in `dataDir` (made when missing) and listens on 127.0.0.1 only. It is
 * restarted when it ends by itself, until {@link EmbeddedPostgres.stop}.
 *
 * - `postgres/` the cluster, with its superuser's password; `postgres.log` what PostgreSQL says
 * - `server.lock` held by the one Latchkey that uses the folder; `postgres.lock` by its PostgreSQL
 *
 * @param options.log gets a line about each thing that an operator may want to know, never a secret.
 * @throws DataDirectoryError for every foreseeable reason, among them that another Latchkey uses the folder.
 *
 * @example
 * const database = await startEmbeddedPostgres({ dataDir: './data', log: (line) => logger.info(line) });
 * const pool = new pg.Pool({ connectionString: database.url });
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  try {
    const dataDir = await openDataDirectory(options.dataDir);
    const serverLock = await claim(dataDir);
    try {
      return await startClaimed(dataDir, serverLock, options.log);
    } catch (error) {
      serverLock.release();
      throw error;
    }
  } catch (error) {
    throw toDataDirectoryError(error, resolve(options.dataDir));
  }
}

async function openDataDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const folder = await realpath(path);
  if (!(await stat(folder)).isDirectory())
    throw new DataDirectoryError(`${folder} is a file: set DATA_DIR to a folder`);
  return folder;
}

async function claim(dataDir: string): Promise<FileLock> {
  const lock = await tryLock(join(dataDir, 'server.lock'));
  if (lock !== undefined) return lock;
  throw new DataDirectoryError(
    `${dataDir} is in use by another Latchkey that is running: stop that one, or set DATA_DIR to another folder`,
  );
}

async function startClaimed(
  dataDir: string,
  serverLock: FileLock,
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const cluster = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  const lockPath = join(dataDir, 'postgres.lock');
  const account = await chooseAccount(cluster);
  const binaries = await findBinaries(account, dataDir);
  const lock = await endLeftover(cluster, lockPath, log);
  const password = await prepareCluster(cluster, binaries, account, lock).catch(
    (error: unknown) => {
      lock.release();
      throw error;
    },
  );
  const prepared = { binaries, account, cluster, logFile, password };
  return startOnFreePort(prepared, { serverLock, lock, lockPath, log });
}

async function startOnFreePort(
  prepared: Omit<ServerPlan, 'port'>,
  context: {
    serverLock: FileLock;
    lock: FileLock;
    lockPath: string;
    log: (line: string) => void;
  },
): Promise<EmbeddedPostgres> {
  const { serverLock, lockPath, log } = context;
  let { lock } = context;
  for (let attempt = 1; ; attempt += 1) {
    const plan = { ...prepared, port: await findFreePort() };
    const supervisor = new Supervisor(plan, lockPath, log);
    try {
      await supervisor.start(lock);
      return {
        url: connectionString(plan, DATABASE_NAME),
        stop: async () => {
          await supervisor.stop().finally(serverLock.release);
        },
      };
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
      lock = await endLeftover(prepared.cluster, lockPath, log);
    }
  }
}
