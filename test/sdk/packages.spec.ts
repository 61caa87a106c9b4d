import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  name: string;
  version: string;
  exports: Record<string, string>;
  dependencies: Record<string, string>;
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(`${root}${folder}/package.json`, 'utf8')) as Manifest;
}

describe.each(['sdk/typescript', 'sdk/nestjs'])('the package of %s', (folder) => {
  it('holds what it was built of, and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', `./${folder}`], {
      cwd: root,
    });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const others = files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
    const { exports } = await manifestOf(folder);
    const paths = files.map(({ path }) => `./${path}`);
    for (const path of Object.values(exports)) expect(paths).toContain(path);
  });
});

it('@latchkey/sdk depends on jose alone, and only where tokens are verified', async () => {
  const { dependencies, exports } = await manifestOf('sdk/typescript');
  expect(Object.keys(dependencies)).toEqual(['jose']);
  for (const [name, path] of Object.entries(exports)) {
    const source = await readFile(`${root}sdk/typescript/${path}`, 'utf8');
    expect([name, /from 'jose'/.test(source)]).toEqual([name, name === './jwt']);
  }
});

it('@latchkey/nestjs takes the SDK of its own version', async () => {
  const [sdk, nestjs] = [await manifestOf('sdk/typescript'), await manifestOf('sdk/nestjs')];
  expect(nestjs.version).toBe(sdk.version);
  expect(nestjs.dependencies[sdk.name]).toBe(`^${sdk.version}`);
});
