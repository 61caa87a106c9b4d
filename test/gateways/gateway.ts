import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../dist/src/platform/database/embedded/free-port.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** How an example is started: its program, and the arguments for the folder that it stands in. */
export interface GatewayProgram {
  readonly example: string;
  readonly program: string;
  readonly arguments: (folder: string) => string[];
  /** Debian has no package of the program, and it takes half an hour to build: where it is missing, CI skips it, too. */
  readonly builtFromSource?: true;
}

/** A program that a test has started. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** A gateway that is missing is a failure in CI, which installs all but those built from source, and skipped elsewhere. */
export function isMissing({ program, builtFromSource }: GatewayProgram): boolean {
  if (process.env.CI && !builtFromSource) return false;
  try {
    accessSync(program);
    return false;
  } catch {
    return true;
  }
}

/** Starts the API that the examples protect. */
export async function startUpstream(): Promise<Running> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [join(examples, 'upstream/server.mjs')], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return running(child, port, async () => {});
}

/**
 * Starts a gateway from its example as it stands: only the ports of Latchkey, of the API and of the gateway itself are
 * other ones.
 */
export async function startGateway(
  { example, program, arguments: argumentsFor }: GatewayProgram,
  latchkey: string,
  upstream: string,
): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), `latchkey-${example}-`));
  // The gateway's own processes may be another user's.
  await chmod(folder, 0o755);
  await cp(join(examples, example), folder, { recursive: true });
  const port = await findFreePort();
  const ports = { 3000: new URL(latchkey).port, 4000: new URL(upstream).port, 8080: String(port) };
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    const replaced = text.replaceAll(
      /(:\s?)(3000|4000|8080)\b/g,
      (_, colon: string, documented: keyof typeof ports) => `${colon}${ports[documented]}`,
    );
    await writeFile(path, replaced);
  }
  const child = spawn(program, argumentsFor(folder), {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return running(child, port, () => rm(folder, { recursive: true, force: true }));
}

/** Waits until a program answers, and fails with what it said when it does not. */
async function running(
  child: ChildProcess,
  port: number,
  cleanUp: () => Promise<void>,
): Promise<Running> {
  let said = '';
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
  });
  const isOver = ended.then(() => true);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(url)); tries += 1)
    if (tries === 200 || (await Promise.race([isOver, sleep(50, false)])))
      throw new Error(`it does not answer: ${said}`);
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(3_000).then(() => child.kill('SIGKILL'))]);
      await cleanUp();
    },
  };
}

/** Traefik listens before it knows its routes, and says 404 until then. */
function answers(url: string): Promise<boolean> {
  return fetch(`${url}/monitors`, { method: 'HEAD' }).then(
    ({ status }) => status !== 404,
    () => false,
  );
}
