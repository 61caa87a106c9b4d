import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWellFormedToken } from '../../dist/src/platform/crypto/token-format.js';
import { World } from '../harness/world.js';

const program = resolve('dist/src/cli/key-generate.js');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command in an empty folder. */
async function generate(env: Record<string, string> = {}) {
  const run = promisify(execFile)(process.execPath, [program], { cwd: folder, env });
  return run.then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

describe('npm run key:generate', () => {
  it('prints one well-formed sk_ secret, another each time', async () => {
    const [one, other] = await Promise.all([generate(), generate()]);
    expect(one.stdout).toMatch(/^sk_[0-9A-Za-z]{49}\n$/);
    expect(isWellFormedToken(one.stdout.trim())).toBe(true);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('prints a secret that is accepted as BOOTSTRAP_PLATFORM_KEY', async () => {
    const secret = (await generate()).stdout.trim();
    const world = await World.start({ bootstrapPlatformKey: secret });
    try {
      const { status, body } = await world.client(secret).get('/users/me');
      expect([status, body.type]).toEqual([200, 'platform']);
      expect(world.server.first.platformKey).toBeNull();
    } finally {
      await world.close();
    }
  });

  it('takes the prefix from API_KEY_PREFIX, also from a file .env', async () => {
    expect((await generate({ API_KEY_PREFIX: 'phare' })).stdout).toMatch(
      /^phare_[0-9A-Za-z]{49}\n$/,
    );
    await writeFile(join(folder, '.env'), 'API_KEY_PREFIX=lk\n');
    expect((await generate()).stdout).toMatch(/^lk_/);
    await rm(join(folder, '.env'));
  });

  it('prints one line that names API_KEY_PREFIX when it is wrong', async () => {
    const { code, stdout, stderr } = await generate({ API_KEY_PREFIX: 'SK-' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^API_KEY_PREFIX .*\n$/);
  });
});
