import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { mintToken } from '../../src/platform/crypto/token-format.js';
import type { Json } from '../harness/client.js';
import { databaseUrl, execute } from '../harness/database.js';
import { Premises, type Variables } from './latchkey-process.js';

const signingKey = generateKeyPairSync('ed25519').privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const administration = () => databaseUrl(inject('templateUrl'), 'postgres');

let premises: Premises;
let database: string;
let variables: Variables;
beforeEach(async () => {
  premises = await Premises.open();
  database = `latchkey_start_${randomBytes(6).toString('hex')}`;
  await execute(administration(), `CREATE DATABASE ${database}`);
  variables = {
    DATABASE_URL: databaseUrl(inject('templateUrl'), database),
    KEY_PEPPER: randomBytes(32).toString('hex'),
    SIGNING_KEY: signingKey,
    HOST: '127.0.0.1',
  };
});
afterEach(async () => {
  await premises.close();
  await execute(administration(), `DROP DATABASE ${database} WITH (FORCE)`);
});

async function migrate(): Promise<string> {
  const command = premises.run('cli/migrate.js', variables);
  expect(await command.ended).toEqual({ code: 0, signal: null });
  return command.stdout.text;
}

describe('a server on DATABASE_URL', () => {
  it('refuses pending migrations, and starts once they are run', async () => {
    expect(await premises.start(variables).refusal()).toMatch(
      /pending migrations: run `npm run migrate`/,
    );
    expect(await migrate()).toMatch(/^Migrated: CreateCore\d+/);
    expect(await migrate()).toBe('The database is up to date.\n');
    const server = premises.start(variables);
    const url = await server.listening();
    expect(server.stdout.text).toBe(`latchkey listening on ${url}\n`);
    expect(premises.postgresProcesses()).toEqual([]);
  });

  it('refuses a database that does not answer, in one line without the password', async () => {
    const unreachable = 'postgresql://me:hush-hush@127.0.0.1:1/latchkey';
    const line = await premises.start({ ...variables, DATABASE_URL: unreachable }).refusal();
    expect(line).toMatch(/DATABASE_URL: cannot reach the database at 127\.0\.0\.1:1\/latchkey/);
    expect(line).not.toContain('hush-hush');
  });

  it('refuses a database that does not exist, in one line that names DATABASE_URL', async () => {
    const missing = databaseUrl(inject('templateUrl'), 'latchkey_missing');
    const line = await premises.start({ ...variables, DATABASE_URL: missing }).refusal();
    expect(line).toMatch(/DATABASE_URL: .*"latchkey_missing" does not exist/);
  });

  it('lives on when its connections are cut', async () => {
    await migrate();
    const server = premises.start({ ...variables, BOOTSTRAP_PLATFORM_KEY: mintToken('sk') });
    const visitor = await server.client(null);
    expect((await visitor.get('//health/ready')).status).toBe(200);
    const cut = await execute<{ done: boolean }>(
      administration(),
      `SELECT pg_terminate_backend(pid, 5000) AS done FROM pg_stat_activity WHERE datname = $1`,
      [database],
    );
    expect(cut).not.toEqual([]);
    await expect.poll(async () => (await visitor.get('//health/ready')).status).toBe(200);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

describe('BOOTSTRAP_* on DATABASE_URL', () => {
  const platformKey = mintToken('sk');
  const bootstrap = {
    BOOTSTRAP_OWNER_EMAIL: 'ada@example.com',
    BOOTSTRAP_OWNER_PASSWORD: 'a password of the operator',
    BOOTSTRAP_ORGANIZATION: 'Analytical Engines',
    BOOTSTRAP_PLATFORM_KEY: platformKey,
    PRODUCTS: 'uptime,reports',
  };

  it('makes the owner, the organization, the platform key and the products, on an empty database only', async () => {
    await migrate();
    const first = premises.start({ ...variables, ...bootstrap });
    expect((await (await first.client()).get('/users/me')).body).toMatchObject({
      email: 'ada@example.com',
      organization: { name: 'Analytical Engines', slug: 'analytical-engines' },
      role: 'owner',
    });
    expect(first.stdout.text).not.toMatch(/OWNER_PASSWORD|PLATFORM_KEY/);
    await first.kill('SIGTERM');

    const other = { ...bootstrap, BOOTSTRAP_OWNER_EMAIL: 'eve@example.com', PRODUCTS: 'billing' };
    const second = premises.start({ ...variables, ...other });
    const url = await second.listening();
    expect(second.stdout.text).toBe(`latchkey listening on ${url}\n`);
    const visitor = await second.client(null);
    const login = { password: 'a password of the operator' };
    const ada = await visitor.post('/auth/login', { ...login, email: 'ada@example.com' });
    const eve = await visitor.post('/auth/login', { ...login, email: 'eve@example.com' });
    expect([ada.status, eve.status]).toEqual([200, 401]);

    const platform = await second.client(platformKey);
    const { body: organizations } = await platform.get('/organizations');
    expect(organizations.data).toHaveLength(1);
    const { body: products } = await platform.get('/products');
    const slugs = products.data.map((product: Json) => product.slug);
    expect(slugs).toEqual(expect.arrayContaining(['uptime', 'reports', 'billing']));
  });

  it('makes none of them twice when two servers start at once', async () => {
    await migrate();
    const servers = [1, 2].map(() => premises.start({ ...variables, ...bootstrap }));
    await Promise.all(servers.map((server) => server.listening()));
    const shown = servers.filter((server) => /^API_KEY=/m.test(server.stdout.text));
    expect(shown).toHaveLength(1);
    const platform = await servers[0]?.client(platformKey);
    expect((await platform?.get('/organizations'))?.body.data).toHaveLength(1);
  });
});
