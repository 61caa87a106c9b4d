import { open, rm, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Longer than a holder takes, who waits for the server twice at most. */
const staleMs = 45_000;

const pauseMs = 50;

/**
 * Does work while no other command does theirs. A lock that was left behind is taken over after a while. Should two take it
 * over at the same moment, the server helps: it answers the same token of the same client alike for ten seconds.
 *
 * @param path a file that stands for the lock, in a folder that exists
 */
export async function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await isTaken(path))) {
    if (await isStale(path)) await rm(path, { force: true });
    else await setTimeout(pauseMs);
  }
  return uninterrupted(async () => {
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  });
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs > staleMs;
}

/** Holds signals back meanwhile: between a token that is spent and its successor on the disk there is no good end. */
async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let came: NodeJS.Signals | null = null;
  const hold = (signal: NodeJS.Signals) => (came = signal);
  for (const signal of signals) process.on(signal, hold);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, hold);
    if (came !== null) process.kill(process.pid, came);
  }
}
