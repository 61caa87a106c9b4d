import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthClient } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';
import { Premises } from './latchkey-process.js';

const warning = /"level":40.*"msg":"(\d+) API key\(s\) in force will be refused.*KEY_PEPPER/;

let world: World;
let premises: Premises;
beforeAll(async () => {
  world = await World.start();
  premises = await Premises.open();
});
afterAll(async () => {
  await premises.close();
  await world.close();
});

/** What a server that starts on the world's database with these peppers logs until it is stopped. */
async function logWith(...peppers: string[]): Promise<string> {
  const { databaseUrl } = world.server.config;
  const { signingKey } = world.server;
  const server = premises.start({
    DATABASE_URL: databaseUrl,
    KEY_PEPPER: peppers.join(','),
    SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
    HOST: '127.0.0.1',
  });
  await server.listening();
  expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  return server.stderr.text;
}

describe('a start on keys that are stored under another pepper', () => {
  const other = randomBytes(32).toString('hex');

  it('warns in one line how many of those in force will be refused', async () => {
    const { key: revoked } = await world.key();
    await world.owner.delete(`/api-keys/${revoked.id}`);
    const { key: expired } = await world.key();
    await world.rewrite('UPDATE api_key SET expires_at = now() WHERE id = $1', [expired.id]);
    const log = await logWith(other);
    expect(log.split('\n').filter((line) => warning.test(line))).toHaveLength(1);
    expect(warning.exec(log)?.[1]).toBe('2');
    expect(log).not.toContain(other);
  });

  it('warns of OAuth clients in the same way', async () => {
    const [one, gone] = [await oauthClient(world), await oauthClient(world)];
    await world.owner.delete(gone.path);
    await world.owner.post(`${one.path}/rotate`, { overlap_seconds: 60 });
    const clients = /"level":40.*"msg":"(\d+) OAuth client\(s\) will be refused.*KEY_PEPPER/;
    expect(clients.exec(await logWith(other))?.[1]).toBe('1');
    expect(await logWith(other, ...world.server.config.keyPeppers)).not.toMatch(clients);
  });

  it('warns of second factors and of identity providers in the same way', async () => {
    const { organizationId, owner } = world;
    await world.owner.get('/users/me');
    const [user] = await world.server.sql<{ id: string }>('SELECT id FROM user_account LIMIT 1');
    await world.server.sql(
      `INSERT INTO totp_factor (user_id, encrypted_secret, pepper_id, enabled_at) VALUES ($1, '\\x00', 'another', now())`,
      [user?.id],
    );
    const connection = {
      issuer: 'https://accounts.example.com',
      client_id: 'latchkey',
      client_secret: 'a secret of the provider',
      domains: ['example.com'],
      default_role: 'member',
    };
    const path = `/organizations/${organizationId}/single-sign-on`;
    expect((await owner.put(path, connection)).status).toBe(200);
    const log = await logWith(other);
    expect(log).toMatch(/"level":40.*"msg":"1 second factor\(s\) cannot be checked.*KEY_PEPPER/);
    expect(log).toMatch(/"level":40.*"msg":"1 identity provider\(s\) cannot be used.*KEY_PEPPER/);
    const listed = await logWith(other, ...world.server.config.keyPeppers);
    expect(listed).not.toContain('identity provider');
  });

  it('says nothing when that pepper is listed too', async () => {
    expect(await logWith(other, ...world.server.config.keyPeppers)).not.toMatch(warning);
  });
});
