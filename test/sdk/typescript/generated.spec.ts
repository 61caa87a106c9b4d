import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Latchkey } from '@latchkey/sdk';

const sdk = fileURLToPath(new URL('../../../sdk/typescript/', import.meta.url));
const run = promisify(execFile);

let output: string;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'latchkey-sdk-'));
  await run('node', ['generate/generate.mjs', '--output', output], { cwd: sdk });
});
afterAll(() => rm(output, { recursive: true }));

it('src/generated is what `npm run generate` makes of openapi.json', async () => {
  const committed = join(sdk, 'src/generated');
  expect(await readdir(committed)).toEqual(await readdir(output));
  for (const name of await readdir(output)) {
    const [is, ought] = await Promise.all(
      [committed, output].map((folder) => readFile(join(folder, name), 'utf8')),
    );
    expect(is === ought, `${name} is stale: run npm run generate`).toBe(true);
  }
});

describe('the methods', () => {
  it('are one for each operation of the document, save those written by hand and what browsers open', async () => {
    const document = JSON.parse(await readFile(join(sdk, '../../openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const operations = Object.entries(document.paths)
      .filter(([path]) => !/^\/v1\/(authorize|keys\/verify|auth\/sso(\/callback)?$)/.test(path))
      .flatMap(([, methods]) => Object.values(methods).map(({ operationId }) => operationId));
    expect(operations.length).toBeGreaterThan(60);
    const latchkey = new Latchkey({ url: 'http://127.0.0.1' }) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    for (const operation of operations) {
      const [noun = '', name = ''] = operation.split('_');
      expect([operation, typeof latchkey[noun]?.[name]]).toEqual([operation, 'function']);
    }
  });
});
