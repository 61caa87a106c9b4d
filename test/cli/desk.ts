import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../harness/client.js';
import { password, type World } from '../harness/world.js';
import { LatchkeyProcess, root, type Variables } from '../start/latchkey-process.js';

const program = join(root, 'dist/src/cli/latchkey.js');

/** How a command ended and what it said. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command may be given besides its arguments. */
export interface Given {
  /** What comes by standard input; it is no terminal. */
  readonly input?: string;
  readonly variables?: Variables;
}

/** A person's machine: a home of its own, on which the `latchkey` command is run against a world's server. */
export class Desk {
  private readonly processes: LatchkeyProcess[] = [];

  private constructor(
    private readonly world: World,
    readonly folder: string,
  ) {}

  static async sit(world: World): Promise<Desk> {
    return new Desk(world, await mkdtemp(join(tmpdir(), 'latchkey-desk-')));
  }

  get loginFolder(): string {
    return join(this.folder, 'config', 'latchkey');
  }

  get loginFile(): string {
    return join(this.loginFolder, 'login.json');
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], given: Given = {}): Promise<Said> {
    const running = this.start(args, given);
    const { code } = await running.ended;
    return { code, stdout: running.stdout.text, stderr: running.stderr.text };
  }

  /** Runs a command that must succeed, and gives its standard output. */
  async done(args: readonly string[], given: Given = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, given);
    if (code !== 0) throw new Error(`latchkey ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a command that must succeed, and gives the JSON that it writes. */
  async json(args: readonly string[], given: Given = {}): Promise<Json> {
    return JSON.parse(await this.done([...args, '--json'], given));
  }

  /** Runs a command that must succeed, with the owner's key. */
  owner(args: readonly string[]): Promise<string> {
    return this.done(args, { variables: this.ownerKey });
  }

  /** The environment in which commands call with the owner's key. */
  get ownerKey(): Variables {
    return { LATCHKEY_TOKEN: this.world.server.first.apiKey };
  }

  /** Starts a command, and does not wait. */
  start(args: readonly string[], { input = '', variables = {} }: Given = {}): LatchkeyProcess {
    return this.spawn(process.execPath, [program, ...args], variables, input);
  }

  /** Starts a command on a terminal; what it shows there is its standard output, and `type` is the keyboard. */
  onTerminal(args: readonly string[], variables: Variables = {}): LatchkeyProcess {
    const line = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
    const script = ['--quiet', '--return', '--flush', '--command', line, '/dev/null'];
    return this.spawn('script', script, { TERM: 'xterm', ...variables }, null);
  }

  /** Signs a human in, who may be new. Gives the e-mail address. */
  async login(email?: string): Promise<string> {
    const whose = email ?? (await this.world.human('owner')).email;
    await this.done(['login', '--email', whose], { input: `${password}\n` });
    return whose;
  }

  /** What is in the login file. */
  async readLogin(): Promise<Json> {
    return JSON.parse(await readFile(this.loginFile, 'utf8'));
  }

  /** Makes the access token of the login look expired. */
  async age(): Promise<void> {
    const login = await this.readLogin();
    login.credential.expires_at = new Date(0).toISOString();
    await this.writeLogin(JSON.stringify(login));
  }

  /** Lets the login be one at another address of the server. */
  async moveLogin(url: string): Promise<void> {
    await this.writeLogin(JSON.stringify({ ...(await this.readLogin()), url }));
  }

  /** Puts something else into the login file. */
  writeLogin(text: string): Promise<void> {
    return writeFile(this.loginFile, text);
  }

  /** Writes a file of the working folder. Gives its path. */
  async write(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  async leave(): Promise<void> {
    for (const running of this.processes) running.killGroup();
    await Promise.all(this.processes.map((running) => running.ended));
    await rm(this.folder, { recursive: true });
  }

  private spawn(
    command: string,
    args: readonly string[],
    variables: Variables,
    input: string | null,
  ): LatchkeyProcess {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        LATCHKEY_URL: this.world.server.url,
        ...variables,
      },
      stdio: 'pipe',
      detached: true,
    });
    // A command that does not read may have ended before it is given anything.
    child.stdin.on('error', () => {});
    if (input !== null) child.stdin.end(input);
    const running = new LatchkeyProcess(child);
    this.processes.push(running);
    return running;
  }
}
