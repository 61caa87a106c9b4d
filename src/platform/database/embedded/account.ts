import { chown, lchown, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './child-program.js';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';

/** Which existing accounts may run PostgreSQL for root, the best first. */
const CANDIDATES = ['latchkey', 'postgres', 'nobody'];

/**
 * Whom PostgreSQL runs as: `undefined` (ourselves) for an ordinary user. It refuses to run as root, so for
 * root it is the owner of the cluster, or on a first start an account that every Debian has. No account is
 * made: that would change the machine behind its owner's back. An account called `latchkey` is preferred,
 * for those who want one of its own.
 * @throws DataDirectoryError when root has no such account, or the cluster is another user's.
 */
export async function chooseAccount(cluster: string): Promise<Account | undefined> {
  const owner = await ownerOf(cluster);
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return undefined;
    throw new DataDirectoryError(
      `${cluster} belongs to the user with id ${owner.uid}: start Latchkey as the user that started it first (root, or that one), or chown -R it`,
    );
  }
  if (process.platform !== 'linux')
    throw new DataDirectoryError('PostgreSQL refuses to run as root: start as an ordinary user');
  if (owner !== undefined && owner.uid !== 0) return owner;
  const account = await findAccount();
  // A cluster of root's is one that root has copied or restored.
  if (owner !== undefined) await giveTo(account, cluster);
  return account;
}

/** Gives a folder and all in it to `account`; does nothing when that is ourselves. */
export async function giveTo(account: Account | undefined, folder: string): Promise<void> {
  if (account === undefined) return;
  const inside = await readdir(folder, { recursive: true });
  for (const name of inside) await lchown(join(folder, name), account.uid, account.gid);
  await chown(folder, account.uid, account.gid);
}

/**
 * What to pass as `-D` to a program whose working directory is the data directory. Another account may not be
 * allowed to walk the path to it (`/root` has mode 0700), but can stay in a working directory that was
 * entered before the change of user, and PostgreSQL uses relative paths from there on.
 */
export function dataDirectoryArgument(account: Account | undefined, folder: string): string {
  return account === undefined ? folder : '/proc/self/cwd';
}

async function ownerOf(folder: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function findAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const candidate of CANDIDATES) {
    const [, , uid, gid] = lines.find(([name]) => name === candidate) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new DataDirectoryError(
    'PostgreSQL refuses to run as root and there is no account to run it as: make one with useradd --system latchkey, or start as an ordinary user',
  );
}
