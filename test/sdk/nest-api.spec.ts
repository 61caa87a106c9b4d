import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../harness/world.js';

const example = join(import.meta.dirname, '../../examples/nest-api');

let world: World;
let api: ChildProcess;
let url: string;
beforeAll(async () => {
  world = await World.start();
  api = spawn(process.execPath, ['dist/main.js'], {
    cwd: example,
    env: { PORT: '0', LATCHKEY_URL: world.server.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await listeningAt(api);
});
afterAll(async () => {
  const ended = once(api, 'exit');
  api.kill();
  await ended;
  await world.close();
});

async function listeningAt({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('its output is not read');
  for await (const line of createInterface(stdout)) {
    const [, found] = /^nest-api listening on (\S+)$/.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error('nest-api ended before it listened');
}

/** What the README's commands print, a line each, where the two servers of this test listen. */
async function printedByReadme(): Promise<string[]> {
  const readme = await readFile(join(example, 'README.md'), 'utf8');
  const commands = [...readme.matchAll(/```sh\n([^`]*)```/g)]
    .map(([, block]) => block)
    .join('')
    .replaceAll('http://127.0.0.1:3000', world.server.url)
    .replaceAll('http://127.0.0.1:4000', url);
  const env = { PATH: process.env['PATH'], API_KEY: world.server.first.apiKey };
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', commands], { env });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

it('does what its README says, command by command', async () => {
  const monitor = expect.objectContaining({ url: 'https://example.com' }) as object;
  const refusal = (code: string) => ({ error: expect.objectContaining({ code }) as object });
  const printed = (await printedByReadme()).map((line) => JSON.parse(line) as object);
  expect(printed).toEqual([
    expect.objectContaining({ slug: 'website' }),
    monitor,
    [monitor],
    [monitor],
    refusal('insufficient_permissions'),
    refusal('invalid_token'),
  ]);
});

it('has a health that is open to everybody', async () => {
  const answer = await fetch(`${url}/health`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});
