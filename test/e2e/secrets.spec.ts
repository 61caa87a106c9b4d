import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../harness/authenticator.js';
import { Client, outcome } from '../harness/client.js';
import { OAuthClient, postForm } from '../harness/oauth-client.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const passwordChange = { current_password: password, new_password: 'nine llamas waltz at dusk' };

async function signedIn(server: { url: string }, email: string): Promise<Client> {
  const { body } = await new Client(server, null).post('/auth/login', { email, password });
  return new Client(server, body.access_token);
}

/** Makes secrets in every way, uses them well and badly, and gives all that nobody may read afterwards. */
async function useSecrets(server: { url: string }, email: string): Promise<string[]> {
  const { apiKey, platformKey } = world.server.first;
  const [owner, platform] = [new Client(server, apiKey), new Client(server, platformKey)];
  const nobody = new Client(server, null);
  const { body: made } = await owner
    .with({ 'idempotency-key': randomBytes(8).toString('hex') })
    .post('/api-keys', { name: 'Key' });
  const rotate = await owner.post(`/api-keys/${made.id}/rotate`, { overlap_seconds: 60 });
  const { body: operators } = await platform.post('/api-keys', { name: 'Operator' });
  const { body: session } = await nobody.post('/auth/login', { email, password });
  const { body: bot } = await owner.post('/service-accounts', { name: 'Bot' });
  const path = `/service-accounts/${bot.id}/clients`;
  const { body: oauth } = await owner
    .with({ 'idempotency-key': randomBytes(8).toString('hex') })
    .post(path, {});
  const { body: renewed } = await owner.post(`${path}/${oauth.client_id}/rotate`, {});
  const client = new OAuthClient(server, oauth.client_id, renewed.client_secret, bot.id);
  const token = await client.token();
  for (const secret of [token, made.secret, oauth.client_secret]) {
    await client.introspect(secret);
    await client.at(server, secret).introspect(secret);
    await postForm(server, 'token', `client_secret=${secret}&scope=${secret}&grant_type=${secret}`);
    await client.tokenAnswer(secret);
  }
  const secrets: string[] = [
    token,
    oauth.client_secret,
    renewed.client_secret,
    made.secret,
    rotate.body.secret,
    operators.secret,
    session.access_token,
  ];
  for (const secret of secrets) {
    const bearer = new Client(server, secret);
    await bearer.get('/users/me');
    await bearer.get(`/users/me?access_token=${secret}`);
    await bearer.post('/projects', { name: 'Project', access_token: secret });
    await bearer.post('/projects', `{"token":"${secret}"`);
    await bearer.with({ cookie: `token=${secret}` }).get(`/projects/${secret}`);
  }
  await nobody.post('/auth/login', { email, password: `${password}?` });
  const factor = await useSecondFactor(server, email, session.access_token);
  return [...secrets, ...factor, password, `${password}?`];
}

/** Enrols, signs in with what is right and what is wrong, and gives what an app and its owner keep. */
async function useSecondFactor(
  server: { url: string },
  email: string,
  token: string,
): Promise<string[]> {
  const keyed = () =>
    new Client(server, token).with({ 'idempotency-key': randomBytes(8).toString('hex') });
  const { body: made } = await keyed().post('/auth/totp', { current_password: password });
  const code = Authenticator.reading(made.otpauth_url).code(Date.now() / 1000);
  const { body: confirmed } = await keyed().post('/auth/totp/confirm', { code });
  const recoveryCodes: string[] = confirmed.recovery_codes;
  for (const shown of [recoveryCodes[0], recoveryCodes[0], made.secret])
    await new Client(server, null).post('/auth/login', { email, password, code: shown });
  await keyed().post('/auth/totp/recovery-codes', { code: recoveryCodes[1] });
  const { hex } = Secret.fromBase32(made.secret);
  return [made.secret, hex.toLowerCase(), ...recoveryCodes];
}

describe('a secret', () => {
  it('is nowhere in the database, neither in clear nor in the audit log nor in a kept answer', async () => {
    const human = await world.human('admin');
    const first = Object.values(world.server.first).filter((value) => !value.includes('@'));
    const secrets = await useSecrets(world.server, human.email);
    const tables = await world.server.sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(16);
    const texts = await Promise.all(
      tables.map(async ({ name }) => {
        const [row] = await world.server.sql<{ text: string }>(
          `SELECT coalesce(json_agg(t)::text, '') AS text FROM "${name}" t`,
        );
        return row?.text ?? '';
      }),
    );
    const everything = texts.join('\n');
    expect(everything).toContain(human.email);
    for (const secret of [...first, ...secrets]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
      expect(everything).not.toContain(secret.slice(-16));
    }
  });

  it('that is a password leaves no digest to guess it by where a request may be repeated', async () => {
    const { email } = await world.human();
    const client = await world.session(email);
    const keyed = client.with({ 'idempotency-key': randomBytes(8).toString('hex') });
    expect(outcome(await keyed.post('/auth/password', passwordChange))).toBe('204');
    const [kept] = await world.server.sql<{ hash: string }>(
      `SELECT encode(request_hash, 'hex') AS hash FROM idempotent_answer ORDER BY created_at DESC LIMIT 1`,
    );
    const request = JSON.stringify(['POST', '/v1/auth/password', passwordChange, null]);
    expect(kept?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(kept?.hash).not.toBe(createHash('sha256').update(request).digest('hex'));
    expect(outcome(await keyed.post('/auth/password', passwordChange))).toBe('204');
  });

  it('is in no answer but the one that makes it', async () => {
    const { key, client } = await world.key();
    const answers = [
      await world.owner.get('/api-keys?limit=100'),
      await world.owner.get(`/api-keys/${key.id}`),
      await world.owner.patch(`/api-keys/${key.id}`, { name: 'Renamed' }),
      await world.owner.get('/audit-events?limit=100'),
      await client.get('/users/me'),
      await client.get(`/projects/${key.secret}`),
      await client.get(`/authorize?product=${key.secret}`),
      await client.get('/nothing'),
    ];
    for (const { text, headers } of answers) {
      expect(text).not.toContain(key.secret);
      expect(JSON.stringify([...headers])).not.toContain(key.secret);
    }
  });

  it('is in no line of the log, not even at level trace', async () => {
    const { config, first } = world.server;
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: config.databaseUrl,
        KEY_PEPPER: config.keyPeppers[0],
        SIGNING_KEY: Buffer.from(world.server.signingKey).toString('base64'),
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'trace',
        RATE_LIMIT_PER_MINUTE: '1000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const closed = once(child, 'close');
    try {
      const listening = once(child.stdout, 'data').then(([chunk]) => String(chunk));
      const line = await Promise.race([listening, closed.then(() => output)]);
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      expect(line).toContain('latchkey listening on');
      const server = { url };
      const human = await world.human('admin');
      const secrets = await useSecrets(server, human.email);
      await world.server.sql('ALTER TABLE project RENAME TO project_away');
      expect(
        outcome(await new Client(server, first.apiKey).post('/projects', { name: 'P' })),
      ).toMatch(/^50[03] /);
      await world.server.sql('ALTER TABLE project_away RENAME TO project');
      const person = await world.human();
      const changing = await signedIn(server, person.email);
      await world.server.sql(
        'ALTER TABLE user_account ADD CONSTRAINT closed CHECK (false) NOT VALID',
      );
      expect(outcome(await changing.post('/auth/password', passwordChange))).toBe(
        '500 internal_error',
      );
      await world.server.sql('ALTER TABLE user_account DROP CONSTRAINT closed');
      child.kill('SIGTERM');
      await closed;
      expect(output).toContain('"route":"/v1/api-keys"');
      expect(output).toContain('"level":50');
      for (const secret of [...secrets, ...Object.values(first).slice(1), ...config.keyPeppers])
        expect(output).not.toContain(secret);
      expect(output).toContain('violates check constraint');
      expect(output).not.toMatch(/Bearer\s|\$argon2id\$/);
    } finally {
      child.kill('SIGKILL');
      await closed;
    }
  });
});
