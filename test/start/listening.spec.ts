import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWellFormedToken, mintToken } from '../../src/platform/crypto/token-format.js';
import type { Client } from '../harness/client.js';
import { Premises, type LatchkeyProcess } from './latchkey-process.js';

const platformKey = mintToken('acme');
const app = 'https://app.example.com';

let premises: Premises;
let server: LatchkeyProcess;
let owner: Client;

/** One server with many settings, all of them from a file `.env` but for two. */
beforeAll(async () => {
  premises = await Premises.open();
  await writeFile(
    join(premises.folder, '.env'),
    `# settings of the test
PORT=1
HOST=127.0.0.2
API_KEY_PREFIX=acme
BOOTSTRAP_PLATFORM_KEY=${platformKey}
BOOTSTRAP_OWNER_EMAIL=ada@example.com
BOOTSTRAP_OWNER_PASSWORD="a password with spaces"
CORS_ORIGINS=${app}
TRUSTED_PROXIES=127.0.0.0/8
PROJECT_HEADER_BRAND=Phare
RATE_LIMIT_PER_MINUTE=7000
LOG_LEVEL=debug
PRODUCTS=uptime,reports
PUBLIC_URL=https://auth.example.com
`,
  );
  server = premises.start();
  owner = await server.client();
});
afterAll(() => premises.close());

it('.env is read from the working folder, and the environment outranks it', async () => {
  // PORT=0 of the environment, HOST of the file.
  expect(await server.listening()).toMatch(/^http:\/\/127\.0\.0\.2:\d{2,}$/);
});

it('API_KEY_PREFIX begins every key', async () => {
  const apiKey = await server.announced('API_KEY');
  expect(apiKey).toMatch(/^acme_/);
  expect(isWellFormedToken(apiKey)).toBe(true);
  const { body } = await owner.post('/api-keys', { name: 'Key' });
  expect(body.secret).toMatch(/^acme_/);
});

it('BOOTSTRAP_PLATFORM_KEY is accepted as the platform key, and not printed', async () => {
  const platform = await server.client(platformKey);
  expect((await platform.get('/users/me')).body.type).toBe('platform');
  expect(server.stdout.text).not.toContain('PLATFORM_KEY');
});

it('BOOTSTRAP_OWNER_PASSWORD signs the owner in, and is not printed', async () => {
  const login = { email: 'ada@example.com', password: 'a password with spaces' };
  const visitor = await server.client(null);
  expect((await visitor.post('/auth/login', login)).status).toBe(200);
  expect(server.stdout.text).not.toContain('OWNER_PASSWORD');
});

it('PRODUCTS are there', async () => {
  const { body } = await owner.get('/users/me');
  expect(body.permissions).toMatchObject({ uptime: 'read_write', reports: 'read_write' });
  expect(body.permissions).not.toHaveProperty('incidents');
});

it('RATE_LIMIT_PER_MINUTE is the limit of an organization', async () => {
  const { headers } = await owner.get('/users/me');
  expect(headers.get('ratelimit-policy')).toBe('"organization";q=7000;w=60');
});

it('PROJECT_HEADER_BRAND names the header that selects a project', async () => {
  const { body: project } = await owner.post('/projects', { name: 'Website' });
  const headers = { 'X-Phare-Project-Id': project.id };
  const answer = await owner.with(headers).get('/authorize?product=uptime');
  expect(answer.headers.get('x-auth-project-id')).toBe(project.id);
});

describe('CORS_ORIGINS', () => {
  const preflight = (origin: string, method: string) =>
    owner
      .with({
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      })
      .call('OPTIONS', '/projects');

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'let a page of such an origin ask for %s',
    async (method) => {
      const { status, headers } = await preflight(app, method);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(app);
      expect(headers.get('access-control-allow-methods')?.split(/, */)).toContain(method);
      expect(headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    },
  );

  it('let it read the answer and what the limit leaves', async () => {
    const { headers } = await owner.with({ origin: app }).get('/users/me');
    expect(headers.get('access-control-allow-origin')).toBe(app);
    expect(headers.get('access-control-expose-headers')).toMatch(/RateLimit.*Retry-After/);
  });

  it('let no other origin in', async () => {
    const other = 'https://evil.example.com';
    const answers = [
      await preflight(other, 'GET'),
      await owner.with({ origin: other }).get('/users/me'),
    ];
    for (const { headers } of answers)
      expect(headers.get('access-control-allow-origin')).not.toBe(other);
    expect(answers[1]?.headers.has('access-control-allow-origin')).toBe(false);
  });
});

it('TRUSTED_PROXIES are believed about the address of the caller', async () => {
  await owner.with({ 'x-forwarded-for': '192.0.2.7' }).get('/users/me');
  const { body } = await owner.get('/audit-events?ip=192.0.2.7');
  expect(body.data).toHaveLength(1);
});

it('without settings nobody is believed, and no origin is let in', async () => {
  const plain = await Premises.open();
  try {
    const client = await plain.start().client();
    const headers = { 'x-forwarded-for': '192.0.2.7', origin: app };
    const answer = await client.with(headers).get('/users/me');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect((await client.get('/audit-events?ip=192.0.2.7')).body.data).toEqual([]);
  } finally {
    await plain.close();
  }
});

it('the log holds no secret of .env', async () => {
  await server.stderr.match(/answered/);
  const secrets = [platformKey, 'a password with spaces', await server.announced('API_KEY')];
  for (const secret of secrets) expect(server.stderr.text).not.toContain(secret);
});
