import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Premises, type Variables } from './latchkey-process.js';

const signingKey = generateKeyPairSync('ed25519').privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

let premises: Premises;
beforeAll(async () => {
  premises = await Premises.open();
});
afterAll(() => premises.close());

/** What the server says when it does not start: one line, after which it has ended with exit code 1. */
function refusal(variables: Variables): Promise<string> {
  return premises.start(variables).refusal();
}

describe('a start that cannot succeed ends with one line and exit code 1', () => {
  it.each([
    ['PORT', 'eighty'],
    ['HOST', 'http://localhost'],
    ['KEY_PEPPER', 'too-short-a-pepper'],
    ['SIGNING_KEY', 'no-key-at-all'],
    ['BOOTSTRAP_PLATFORM_KEY', 'sk_mistyped-platform-key'],
    ['BOOTSTRAP_OWNER_PASSWORD', 'hush-hush'],
    ['DATABASE_URL', 'mysql://me:hush-hush@localhost/latchkey'],
  ])('when %s is wrong, without its value', async (variable, value) => {
    const line = await refusal({ [variable]: value });
    expect(line).toMatch(new RegExp(`${variable} is not valid: it takes .+\\.$`));
    expect(line).not.toContain(value);
  });

  it.each(['KEY_PEPPER', 'SIGNING_KEY'])(
    'when %s is missing beside DATABASE_URL',
    async (variable) => {
      const line = await refusal({
        DATABASE_URL: 'postgresql://127.0.0.1/latchkey',
        KEY_PEPPER: 'p'.repeat(32),
        SIGNING_KEY: signingKey,
        [variable]: '',
      });
      expect(line).toMatch(new RegExp(`${variable} is missing: with DATABASE_URL`));
    },
  );

  it('when the port is taken, with PostgreSQL stopped again and nothing shown', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const line = await refusal({ PORT: String(port) });
    expect(line).toMatch(new RegExp(`PORT: ${port} on 127\\.0\\.0\\.1 is taken`));
    expect(premises.postgresProcesses()).toEqual([]);
  });

  it('when HOST is no address of this machine', async () => {
    expect(await refusal({ HOST: '192.0.2.1' })).toMatch(/HOST: 192\.0\.2\.1 is no address/);
  });

  it('when DATA_DIR is a file', async () => {
    const file = join(premises.folder, 'file');
    await writeFile(file, '');
    expect(await refusal({ DATA_DIR: file })).toMatch(/set DATA_DIR to a folder/);
  });
});
