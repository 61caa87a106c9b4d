import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dataDirectoryArgument, giveTo } from './account.js';
import type { Binaries } from './binaries.js';
import type { Account } from './child-program.js';
import { runProgram } from './child-program.js';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';
import type { FileLock } from './file-lock.js';
import { reasonIn } from './server-log.js';

/** PostgreSQL's superuser and the database that the connection string names. */
export const DATABASE_NAME = 'latchkey';

/** Inside the cluster, so that one rename publishes both and a backup of the folder is whole. */
const PASSWORD_FILE = 'latchkey.password';

/**
 * Written to `postgresql.conf` at the first start, so that an operator may change them. Durability stays at
 * PostgreSQL's defaults. No parallel queries: they pay off on large machines only and need shared memory, of
 * which a container has 64 MB.
 */
const SETTINGS = ['max_connections=100', 'max_parallel_workers_per_gather=0', 'timezone=UTC'];

const INITDB_ARGUMENTS = [
  `--username=${DATABASE_NAME}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--auth=scram-sha-256',
  '--no-instructions',
  ...SETTINGS.flatMap((setting) => ['--set', setting]),
];

/**
 * Makes the cluster when there is none, checks that the programs can open it, and gives the superuser's
 * password. A first start that is interrupted at any point leaves nothing that the next one would
 * take for a cluster: it is made beside its place and renamed.
 * @throws DataDirectoryError when the folder is not a cluster of this version, or cannot be made.
 */
export async function prepareCluster(
  cluster: string,
  binaries: Binaries,
  account: Account | undefined,
  lock: FileLock,
): Promise<string> {
  await removeDrafts(cluster);
  const version = await readVersion(cluster);
  if (version === undefined) return createCluster(cluster, binaries, account, lock);
  if (Number(version) !== binaries.major)
    throw new DataDirectoryError(
      `${cluster} is of PostgreSQL ${version}, this Latchkey brings PostgreSQL ${binaries.major}: dump it with the Latchkey that made it (pg_dump), move the folder away, and restore into a new one`,
    );
  return readPassword(cluster);
}

/** The major version that made the cluster, or `undefined` when the folder is missing or empty. */
async function readVersion(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  const content = await readdir(cluster).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  });
  if (content.length === 0) return undefined;
  throw new DataDirectoryError(
    `${cluster} is not a PostgreSQL data directory (it has no PG_VERSION): move it away, or restore it from a backup`,
  );
}

async function readPassword(cluster: string): Promise<string> {
  const path = join(cluster, PASSWORD_FILE);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    throw new DataDirectoryError(`${path} is missing: restore it from a backup of the folder`);
  }
}

async function createCluster(
  cluster: string,
  binaries: Binaries,
  account: Account | undefined,
  lock: FileLock,
): Promise<string> {
  const draft = await mkdtemp(`${cluster}.draft-`);
  try {
    const data = join(draft, 'data');
    const password = randomBytes(32).toString('base64url');
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(draft, PASSWORD_FILE), `${password}\n`, { mode: 0o600, flush: true });
    await giveTo(account, draft);
    await runInitdb(data, binaries, account, lock);
    await rename(join(draft, PASSWORD_FILE), join(data, PASSWORD_FILE));
    await syncFolder(data);
    await rename(data, cluster);
    await syncFolder(dirname(cluster));
    return password;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** @param lock inherited by `initdb`, so that the next start waits for one that outlives us. */
async function runInitdb(
  data: string,
  binaries: Binaries,
  account: Account | undefined,
  lock: FileLock,
): Promise<void> {
  const { code, output } = await runProgram(
    binaries.initdb,
    [
      `--pgdata=${dataDirectoryArgument(account, data)}`,
      `--pwfile=../${PASSWORD_FILE}`,
      ...INITDB_ARGUMENTS,
    ],
    { cwd: data, account, descriptor: lock.descriptor },
  );
  if (code === 0) return;
  throw new DataDirectoryError(
    `the database cannot be created in ${dirname(dirname(data))}: ${reasonIn(output)}`,
  );
}

async function removeDrafts(cluster: string): Promise<void> {
  const prefix = `${basename(cluster)}.draft-`;
  for (const name of await readdir(dirname(cluster)))
    if (name.startsWith(prefix))
      await rm(join(dirname(cluster), name), { recursive: true, force: true });
}

/** Makes renames in the folder outlive a power cut; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
