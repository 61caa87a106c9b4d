import { closeSync, constants, openSync } from 'node:fs';
import { runProgram } from './child-program.js';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';

/** An exclusive lock that lasts as long as a process holds {@link descriptor} open. */
export interface FileLock {
  /** The open, locked file. A child that inherits it holds the lock too, until it ends. */
  readonly descriptor: number;
  /** Closes our descriptor: the lock is free once no child holds it. May be called again. */
  readonly release: () => void;
}

/** `O_EXLOCK` of macOS, and libuv's `UV_FS_O_EXLOCK` on Windows; Node exports neither. */
const OPEN_LOCKED = process.platform === 'win32' ? 0x10000000 : 0x20;

/**
 * Takes the lock on the file at `path` (made when missing, never removed), or gives `undefined` when
 * someone holds it.
 *
 * The lock is flock(2), which belongs to the open file and not to a process id: the kernel frees it at the
 * holder's death however it dies, there is no stale lock to judge and no process id to mistake, of two that
 * try at once exactly one gets it, and it holds between containers that share a volume but neither process
 * ids nor network. Advisory locks and ports lack one or other of these. Node cannot call flock on Linux, so
 * util-linux's `flock` (part of every Debian) locks the descriptor that it inherits and leaves it locked.
 */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  const descriptor = process.platform === 'linux' ? await lockOnLinux(path) : openLocked(path);
  if (descriptor === undefined) return undefined;
  let held = true;
  return {
    descriptor,
    release: () => {
      if (held) closeSync(descriptor);
      held = false;
    },
  };
}

async function lockOnLinux(path: string): Promise<number | undefined> {
  const descriptor = openSync(path, 'a', 0o600);
  try {
    const { code, output } = await runProgram('flock', ['-n', '3'], { descriptor });
    if (code === 0) return descriptor;
    if (code !== 1) throw new DataDirectoryError(`${path} cannot be locked: ${output}`);
  } catch (error) {
    closeSync(descriptor);
    throw isSystemError(error, 'ENOENT')
      ? new DataDirectoryError(
          'the program flock is missing: install util-linux, or set DATABASE_URL to a PostgreSQL server',
        )
      : error;
  }
  closeSync(descriptor);
  return undefined;
}

function openLocked(path: string): number | undefined {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | OPEN_LOCKED;
    return openSync(path, flags | (constants.O_NONBLOCK ?? 0), 0o600);
  } catch (error) {
    if (isSystemError(error, 'EAGAIN', 'EWOULDBLOCK', 'EBUSY')) return undefined;
    throw error;
  }
}
