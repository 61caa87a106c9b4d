import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { killIfAlive, processesIn } from '../embedded/harness.js';
import { Client } from '../harness/client.js';

/** The top of the repository. */
export const root = join(import.meta.dirname, '..', '..');

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A temporary folder in which Latchkey is started as an operator does it. Close it at the end. */
export class Premises {
  private readonly processes: LatchkeyProcess[] = [];

  private constructor(readonly folder: string) {}

  static async open(): Promise<Premises> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'latchkey-start-')));
    await chmod(folder, 0o755);
    return new Premises(folder);
  }

  /** The folder of the embedded database. */
  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Starts the server as it is built in `dist`, on a free port, with these variables and no others. */
  start(variables: Variables = {}): LatchkeyProcess {
    return this.run('main.js', { PORT: '0', DATA_DIR: this.dataDir, ...variables });
  }

  /** Starts the server by `npm start`, in a folder that holds the sources. */
  npmStart(): LatchkeyProcess {
    return this.spawn('npm', ['start'], { HOME: this.folder, PORT: '0' });
  }

  /** Runs a script of `dist` in the folder, with these variables and no others. */
  run(script: string, variables: Variables = {}): LatchkeyProcess {
    return this.spawn(process.execPath, [join(root, 'dist/src', script)], variables);
  }

  private spawn(program: string, args: readonly string[], variables: Variables): LatchkeyProcess {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that closing reaches what npm has started.
      detached: true,
    });
    const started = new LatchkeyProcess(child);
    this.processes.push(started);
    return started;
  }

  /** PostgreSQL's processes on the embedded database: they stand in its folder. */
  postgresProcesses(): number[] {
    return processesIn(join(this.dataDir, 'postgres'));
  }

  async close(): Promise<void> {
    for (const started of this.processes) started.killGroup();
    await Promise.all(this.processes.map((started) => started.ended));
    while (this.postgresProcesses().length > 0) {
      for (const pid of this.postgresProcesses()) killIfAlive(pid, 'SIGKILL');
      await sleep(10);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A running program of Latchkey, with what it has said so far. */
export class LatchkeyProcess {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves when the process has ended and its output is read. */
  readonly ended: Promise<Ending>;
  private hasEnded = false;

  constructor(private readonly child: ChildProcess) {
    this.stdout = new Output(child, child.stdout);
    this.stderr = new Output(child, child.stderr);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.hasEnded = true;
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  /** Ends the process and all that it started, unless it has ended: its number may be another's by then. */
  killGroup(): void {
    if (!this.hasEnded) killIfAlive(-this.pid, 'SIGKILL');
  }

  /** Gives the process more to read. */
  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Closes the pipe that the process writes its results to. */
  stopReading(): void {
    this.child.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Where the server listens, once it does. */
  async listening(): Promise<string> {
    const [, url = ''] = await this.stdout.match(/^latchkey listening on (\S+)$/m);
    return url;
  }

  /** A value of the first start, such as `API_KEY`, once the server listens. */
  async announced(name: string): Promise<string> {
    await this.listening();
    const [, value] = new RegExp(`^${name}=(.+)$`, 'm').exec(this.stdout.text) ?? [];
    if (value === undefined) throw new Error(`no ${name} in:\n${this.stdout.text}`);
    return value;
  }

  /** A client with a token, or with the first API key. */
  async client(token?: string | null): Promise<Client> {
    const url = await this.listening();
    return new Client({ url }, token === undefined ? await this.announced('API_KEY') : token);
  }

  /** What keeps the server from starting: its one line, once it has ended. */
  async refusal(): Promise<string> {
    const { code } = await this.ended;
    const { text } = this.stderr;
    if (code !== 1 || this.stdout.text !== '' || !/^.+\n$/.test(text))
      throw new Error(`no refusal, but code ${code} and\n${this.stdout.text}\n${text}`);
    return text.trim();
  }
}

/** What a process has written to one of its outputs. */
class Output {
  text = '';
  private readonly changes = new EventEmitter().setMaxListeners(0);

  constructor(child: ChildProcess, stream: Readable | null) {
    stream?.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
      this.changes.emit('more');
    });
    child.once('close', () => this.changes.emit('end'));
  }

  /** Waits until the text matches, and fails when the process ends before. */
  match(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.text);
        if (found) resolve(found);
      };
      this.changes.on('more', look);
      this.changes.once('end', () => reject(new Error(`ended without ${pattern}: ${this.text}`)));
      look();
    });
  }
}
