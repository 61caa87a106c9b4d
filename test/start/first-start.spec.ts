import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { Premises, type LatchkeyProcess } from './latchkey-process.js';

let premises: Premises;
let server: LatchkeyProcess;
let url: string;

beforeAll(async () => {
  premises = await Premises.open();
  server = premises.start({ LOG_LEVEL: 'debug' });
  url = await server.listening();
});
afterAll(() => premises.close());

describe('the first start on the embedded database', () => {
  it('says once where it listens, on loopback', () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.stdout.text.match(/latchkey listening on/g)).toHaveLength(1);
  });

  it('shows OWNER_EMAIL, OWNER_PASSWORD, API_KEY and PLATFORM_KEY once, each on a line of its own', () => {
    const names = [...server.stdout.text.matchAll(/^([A-Z_]+)=\S+$/gm)].map(([, name]) => name);
    expect(names).toEqual(['OWNER_EMAIL', 'OWNER_PASSWORD', 'API_KEY', 'PLATFORM_KEY']);
  });

  it('shows an organization-scoped API key of the owner', async () => {
    const { body } = await (await server.client()).get('/users/me');
    expect(body).toMatchObject({
      email: await server.announced('OWNER_EMAIL'),
      role: 'owner',
      credential: { type: 'api_key', scope: 'organization' },
    });
  });

  it('shows a platform key', async () => {
    const platform = await server.client(await server.announced('PLATFORM_KEY'));
    expect((await platform.get('/users/me')).body.type).toBe('platform');
  });

  it('shows a password that the owner signs in with', async () => {
    const visitor = await server.client(null);
    const { status } = await visitor.post('/auth/login', {
      email: await server.announced('OWNER_EMAIL'),
      password: await server.announced('OWNER_PASSWORD'),
    });
    expect(status).toBe(200);
  });

  it('shows curl lines that work as they stand', async () => {
    const answers = await Promise.all(curlLines().map(runInBash));
    expect(answers).toEqual([
      expect.objectContaining({ role: 'owner' }),
      expect.objectContaining({ slug: 'website' }),
      expect.objectContaining({ secret: expect.stringMatching(/^sk_/) }),
      expect.objectContaining({ data: expect.any(Array) }),
    ]);
  });

  it('offers uptime, status-pages and incidents', async () => {
    const { body } = await (await server.client()).get('/products');
    const offered = body.data.filter((product: Json) => !product.built_in);
    expect(offered.map((product: Json) => product.slug).toSorted()).toEqual([
      'incidents',
      'status-pages',
      'uptime',
    ]);
  });

  it('keeps the secrets that it generated in a file of mode 0600', async () => {
    const { mode } = await stat(join(premises.dataDir, 'secrets.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('logs to standard error only, a JSON object a line, without a secret', async () => {
    await (await server.client()).get('/users/me?api_key=sk_in_the_query');
    await server.stderr.match(/answered/);
    for (const line of server.stderr.text.trim().split('\n')) expect(JSON.parse(line)).toBeTruthy();
    for (const name of ['OWNER_PASSWORD', 'API_KEY', 'PLATFORM_KEY'])
      expect(server.stderr.text).not.toContain(await server.announced(name));
    expect(server.stdout.text).not.toContain('"level"');
  });
});

function curlLines(): string[] {
  return server.stdout.text.split('\n').filter((line) => line.startsWith('curl '));
}

async function runInBash(line: string): Promise<Json> {
  const { stdout } = await promisify(execFile)('bash', ['-c', line]);
  return JSON.parse(stdout);
}
