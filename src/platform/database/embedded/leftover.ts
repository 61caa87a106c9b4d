import { readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectoryError, isSystemError } from './data-directory-error.js';
import type { FileLock } from './file-lock.js';
import { tryLock } from './file-lock.js';

/** Seconds until the next, harsher signal: a fast shutdown, an immediate one, the end. */
const ESCALATION: readonly { readonly signal: NodeJS.Signals; readonly seconds: number }[] = [
  { signal: 'SIGINT', seconds: 10 },
  { signal: 'SIGQUIT', seconds: 5 },
  { signal: 'SIGKILL', seconds: 5 },
];

const POLL_MILLISECONDS = 20;

/**
 * Makes sure that no PostgreSQL runs on the cluster, ending one that outlived its Latchkey (`kill -9`), and
 * gives the lock that proves it: every PostgreSQL process of ours inherits this lock, so the kernel knows
 * when the last has ended, without `postmaster.pid`, whose process id may be another program's by now.
 * To be called by the holder of the server lock only, so the processes belong to no living Latchkey.
 * @throws DataDirectoryError when they cannot be ended, as from another container.
 */
export async function endLeftover(
  cluster: string,
  lockPath: string,
  log: (line: string) => void,
): Promise<FileLock> {
  const free = await lockWhenUnused(cluster, lockPath);
  if (free !== undefined) return free;
  log('ending PostgreSQL processes that were left running');
  for (const { signal, seconds } of ESCALATION) {
    if (signal === 'SIGINT' && !isPostmasterAlive(cluster)) continue;
    sendSignal(cluster, signal);
    for (let waited = 0; waited < seconds * 1000; waited += POLL_MILLISECONDS) {
      const lock = await lockWhenUnused(cluster, lockPath);
      if (lock !== undefined) return lock;
      await sleep(POLL_MILLISECONDS);
    }
  }
  throw new DataDirectoryError(
    `${cluster} is in use by a PostgreSQL that this process cannot end (in another container, or another user's): stop it, then start again`,
  );
}

async function lockWhenUnused(cluster: string, lockPath: string): Promise<FileLock | undefined> {
  const lock = await tryLock(lockPath);
  if (lock === undefined) return undefined;
  if (processesOf(cluster).length > 0) {
    // Started by hand on our cluster, so without our lock.
    lock.release();
    return undefined;
  }
  removeStalePidFile(cluster);
  return lock;
}

/** A fast shutdown goes to the postmaster, which ends the others; the harsher signals to each. */
function sendSignal(cluster: string, signal: NodeJS.Signals): void {
  const postmaster = postmasterPid(cluster);
  for (const pid of processesOf(cluster, postmaster))
    if (signal !== 'SIGINT' || pid === postmaster) kill(pid, signal);
}

/** Where it is dead, sessions may outlive it in a long query; no fast shutdown would reach them. */
function isPostmasterAlive(cluster: string): boolean {
  const postmaster = postmasterPid(cluster);
  return processesOf(cluster, postmaster).some((pid) => pid === postmaster);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
}

/**
 * PostgreSQL's processes that stand in the data directory (all of them do), or in a draft of it.
 * @param trusted a process id to believe where the kernel does not show us that process's directory: root in a
 *   container has no right to see another account's. Only to be given while the lock is held by someone.
 */
function processesOf(cluster: string, trusted?: number): number[] {
  if (process.platform !== 'linux') return trusted === undefined ? [] : [trusted];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isProgramOf(pid, cluster, trusted));
}

function isProgramOf(pid: number, cluster: string, trusted: number | undefined): boolean {
  try {
    const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (!['postgres', 'initdb'].includes(program)) return false;
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return folder === cluster || folder.startsWith(`${cluster}.draft-`);
  } catch (error) {
    // Other errors tell that it has ended meanwhile.
    return isSystemError(error, 'EACCES', 'EPERM') && pid === trusted;
  }
}

function postmasterPid(cluster: string): number | undefined {
  try {
    const [line] = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(line);
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** PostgreSQL would take any process that has got its old id for itself, and refuse to start. */
function removeStalePidFile(cluster: string): void {
  if (process.platform === 'linux') rmSync(join(cluster, 'postmaster.pid'), { force: true });
}
