import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWellFormedToken } from '../../src/platform/crypto/token-format.js';
import { Premises, type Variables } from './latchkey-process.js';

let premises: Premises;
beforeAll(async () => {
  premises = await Premises.open();
});
afterAll(() => premises.close());

async function run(script: string, variables?: Variables) {
  const command = premises.run(script, variables);
  const { code } = await command.ended;
  return { code, stdout: command.stdout.text, stderr: command.stderr.text };
}

describe('key:generate', () => {
  it('prints one well-formed key, another each time', async () => {
    const [one, other] = [await run('cli/key-generate.js'), await run('cli/key-generate.js')];
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toMatch(/^sk_[0-9A-Za-z]{49}\n$/);
    expect(isWellFormedToken(one.stdout.trim())).toBe(true);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('prints a key with the prefix of API_KEY_PREFIX', async () => {
    const { stdout } = await run('cli/key-generate.js', { API_KEY_PREFIX: 'acme' });
    expect(stdout).toMatch(/^acme_/);
    expect(isWellFormedToken(stdout.trim())).toBe(true);
  });

  it('says in one line what is wrong with API_KEY_PREFIX', async () => {
    expect(await run('cli/key-generate.js', { API_KEY_PREFIX: 'A key' })).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^API_KEY_PREFIX is not valid: it takes .+\n$/),
    });
  });
});

describe('migrate', () => {
  it.each([
    ['without DATABASE_URL', {}, /^DATABASE_URL is missing: .+\n$/],
    [
      'with a wrong one',
      { DATABASE_URL: 'nonsense' },
      /^DATABASE_URL is not valid: it takes .+\n$/,
    ],
    [
      'with one that does not answer',
      { DATABASE_URL: 'postgresql://me:hush-hush@127.0.0.1:1/none' },
      /^DATABASE_URL: cannot reach the database at 127\.0\.0\.1:1\/none: .+\n$/,
    ],
  ])('says in one line what to do %s', async (_, variables, line) => {
    const { code, stdout, stderr } = await run('cli/migrate.js', variables);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain('hush-hush');
  });
});
