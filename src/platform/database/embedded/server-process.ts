import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { dataDirectoryArgument } from './account.js';
import type { Binaries } from './binaries.js';
import type { Account } from './child-program.js';
import { CHILD_ENVIRONMENT } from './child-program.js';
import { DATABASE_NAME } from './cluster.js';
import { DataDirectoryError } from './data-directory-error.js';
import type { FileLock } from './file-lock.js';
import { boundLog, logSize, reasonSince } from './server-log.js';

/** What one run of the server needs to know. */
export interface ServerPlan {
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly cluster: string;
  readonly logFile: string;
  readonly password: string;
  /** The TCP port on 127.0.0.1. */
  readonly port: number;
}

/** PostgreSQL ended before it took connections, since something else listens on the port. */
export class PortTakenError extends DataDirectoryError {
  override name = 'PortTakenError';
}

/** SQLSTATEs of a server that is starting, recovering or ending. */
const NOT_READY = ['57P01', '57P02', '57P03'];
const TOO_MANY_CONNECTIONS = '53300';
const NO_SUCH_DATABASE = '3D000';
const WRONG_PASSWORD = '28P01';

/** A node-postgres connection string to `database` on the server. */
export function connectionString(
  plan: Pick<ServerPlan, 'password' | 'port'>,
  database: string,
): string {
  return `postgresql://${DATABASE_NAME}:${plan.password}@127.0.0.1:${plan.port}/${database}`;
}

/**
 * Starts PostgreSQL and waits until it takes connections to the database, which is made when missing. Recovery
 * after a crash takes the time that it takes: there is no bound while PostgreSQL is alive.
 *
 * It gets a session of its own (`detached`): Ctrl-C in a terminal goes to the whole foreground group, and it
 * must not end before our requests have.
 * @param lock handed over: PostgreSQL's processes hold it, and this one no more.
 * @throws PortTakenError when the port is taken; DataDirectoryError with PostgreSQL's own reason otherwise.
 */
export async function startServer(
  plan: ServerPlan,
  lock: FileLock,
  signal: AbortSignal,
): Promise<ChildProcess> {
  const { child, mark } = launch(plan, lock);
  try {
    await waitUntilReady(plan, child, mark, signal);
  } catch (error) {
    await endServer(child);
    throw error;
  }
  return child;
}

/** Whether the process has ended. */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Ten seconds for a fast shutdown, five for an immediate one (recovered at the next start), then the end. */
const SHUTDOWN: readonly { readonly signal: NodeJS.Signals; readonly milliseconds: number }[] = [
  { signal: 'SIGINT', milliseconds: 10_000 },
  { signal: 'SIGQUIT', milliseconds: 7_000 },
];

/** Ends the server and waits until it has ended, by a fast shutdown if it can. */
export async function endServer(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const { signal, milliseconds } of SHUTDOWN) {
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([
      ended,
      sleep(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    if (hasEnded(child)) return;
  }
  child.kill('SIGKILL');
  await ended;
}

/** `mark` is the size of the log before. */
function launch(plan: ServerPlan, lock: FileLock): { child: ChildProcess; mark: number } {
  try {
    boundLog(plan.logFile);
    const mark = logSize(plan.logFile);
    const output = openSync(plan.logFile, 'a', 0o600);
    try {
      return { child: spawnServer(plan, output, lock.descriptor), mark };
    } finally {
      closeSync(output);
    }
  } finally {
    lock.release();
  }
}

function spawnServer(plan: ServerPlan, output: number, lock: number): ChildProcess {
  const { binaries, account, cluster, port } = plan;
  return spawn(
    binaries.postgres,
    [
      ['-D', dataDirectoryArgument(account, cluster)],
      ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`],
      ['-c', 'unix_socket_directories=', '-c', 'logging_collector=off'],
    ].flat(),
    {
      cwd: cluster,
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', output, output, lock],
      detached: true,
      windowsHide: true,
      ...account,
    },
  );
}

async function waitUntilReady(
  plan: ServerPlan,
  child: ChildProcess,
  mark: number,
  signal: AbortSignal,
): Promise<void> {
  const failure: { error?: Error } = {};
  child.on('error', (error) => {
    failure.error = error;
  });
  for (;;) {
    await sleep(10, undefined, { signal });
    if (failure.error !== undefined) throw failure.error;
    if (hasEnded(child)) throw failedStart(plan, mark);
    if (await isReady(plan)) return;
  }
}

function failedStart(plan: ServerPlan, mark: number): DataDirectoryError {
  const reason = reasonSince(plan.logFile, mark);
  const message = `PostgreSQL did not start on ${plan.cluster}: ${reason || 'it gave no reason'} (more in ${plan.logFile})`;
  return /could not (bind|create any TCP)/.test(reason)
    ? new PortTakenError(message)
    : new DataDirectoryError(message);
}

async function isReady(plan: ServerPlan): Promise<boolean> {
  try {
    await runStatement(plan, DATABASE_NAME, 'SELECT 1');
    return true;
  } catch (error) {
    // Without a SQLSTATE the connection broke or was refused: the next look at the process tells why.
    if (!(error instanceof DatabaseError) || error.code === undefined) return false;
    if (NOT_READY.includes(error.code)) return false;
    if (error.code === TOO_MANY_CONNECTIONS) return true;
    if (error.code !== NO_SUCH_DATABASE) throw refused(plan, error);
  }
  await runStatement(plan, 'postgres', `CREATE DATABASE ${DATABASE_NAME}`);
  return true;
}

function refused(plan: ServerPlan, error: DatabaseError): DataDirectoryError {
  return new DataDirectoryError(
    error.code === WRONG_PASSWORD
      ? `the password in ${plan.cluster} is not the one of the database: restore the folder as a whole`
      : `PostgreSQL on ${plan.cluster} refuses connections: ${error.message} (more in ${plan.logFile})`,
    { cause: error },
  );
}

async function runStatement(plan: ServerPlan, database: string, statement: string): Promise<void> {
  const client = new Client({
    connectionString: connectionString(plan, database),
    connectionTimeoutMillis: 5000,
    ssl: false,
  });
  // Without a listener a connection that breaks later would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
