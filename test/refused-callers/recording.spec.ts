import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../../dist/src/platform/crypto/access-tokens.js';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { sealedLog, unlinked } from '../audit-chain/audit-log.js';
import type { Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';
import { told } from './unknown-log.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

const newestEvent = async (): Promise<Json> =>
  (await world.platform.get('/audit-events?action=unknown_token.used&limit=1')).body.data[0];

/** A token that is signed like ours, or by someone else. */
function signed(seconds: number, signingKey = world.server.signingKey): Promise<string> {
  const tokens = new AccessTokens([signingKey], () => world.server.url);
  return tokens.sign({ subject: randomUUID(), sessionId: randomUUID() }, seconds);
}

const foreignKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

const unknown: Record<string, () => string | Promise<string>> = {
  'a key that nobody was given': () => mintToken('sk'),
  'a key of another product': () => mintToken('zz'),
  'a session that there is not': () => signed(60),
  'a token that is expired': () => signed(-60),
  'a token that someone else signed': () => signed(60, foreignKey()),
  'a JWT in form alone': () => 'a.b.c',
};

describe('401 invalid_token, and an event in the operator’s log', () => {
  it.each(Object.entries(unknown))('for %s', async (_, token) => {
    const client = world
      .client(await token())
      .with({ 'user-agent': 'curl/8', 'x-forwarded-for': '192.0.2.1' });
    const before = await told(world.server);
    const answer = await client.get('/users/me');
    expect(outcome(answer)).toBe('401 invalid_token');
    expect(await told(world.server)).toEqual({
      calls: before.calls + 1,
      events: before.events + 1,
    });
    const { previous_hash: _previous, hash: _hash, ...event } = await newestEvent();
    expect(event).toEqual({
      id: expect.any(String),
      seq: expect.any(Number),
      occurred_at: expect.any(String),
      action: 'unknown_token.used',
      outcome: 'denied',
      code: 'invalid_token',
      organization_id: null,
      project_id: null,
      actor: { type: 'unknown', id: null, name: 'unknown' },
      credential: null,
      product: null,
      access: null,
      target: null,
      changes: null,
      request: {
        id: answer.headers.get('x-request-id'),
        method: 'GET',
        route: '/v1/users/me',
        ip: '192.0.2.1',
        user_agent: 'curl/8',
      },
    });
  });

  it('holds no part of the token', async () => {
    const tokens = [mintToken('sk'), await signed(-60)];
    for (const token of tokens) await world.client(token).get(`/projects/${token}?q=${token}`);
    const rows = await world.server.sql<{ text: string }>(
      'SELECT e::text AS text FROM audit_event e',
    );
    const log = rows.map(({ text }) => text).join('\n');
    for (const secret of tokens)
      for (let start = 0; start + 12 <= secret.length; start += 6)
        expect(log).not.toContain(secret.slice(start, start + 12));
  });

  it('is seen by the operator alone', async () => {
    await world.client(mintToken('sk')).get('/users/me');
    const { id } = await newestEvent();
    expect((await world.platform.get(`/audit-events/${id}`)).status).toBe(200);
    expect(outcome(await world.owner.get(`/audit-events/${id}`))).toBe('404 not_found');
    const { body } = await world.owner.get('/audit-events?action=unknown_token.used');
    expect(body.data).toEqual([]);
  });
});

describe('no event', () => {
  it.each([
    ['401 missing_token', 'no credential', null],
    ['401 invalid_token', 'an empty token', ''],
    ['401 invalid_token', 'what is no token at all', 'a b'],
    ['401 invalid_token', 'a key that was mistyped', `sk_${'0'.repeat(49)}`],
    ['401 invalid_token', 'a key that was cut off', 'sk_nonsense'],
  ])('and %s for %s', async (refusal, _, token) => {
    const before = await told(world.server);
    expect(outcome(await world.client(token).get('/users/me'))).toBe(refusal);
    expect(await told(world.server)).toEqual(before);
  });

  it('of this kind for a key that is known and revoked: the organization’s log tells of it', async () => {
    const { key, client } = await world.key();
    await world.owner.delete(`/api-keys/${key.id}`);
    const before = await told(world.server);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect(await told(world.server)).toEqual(before);
    const { body } = await world.owner.get(`/audit-events?key_id=${key.id}&limit=1`);
    expect(body.data).toMatchObject([{ action: 'api_key.used', code: 'invalid_token' }]);
  });
});

describe('many calls with unknown tokens at once', () => {
  it('are told in few events: all 500 of one address over 2 instances, committed before their answers', async () => {
    const ip = '192.0.2.50';
    const instances = await world.instances(2);
    const calls = instances.flatMap((client) =>
      Array.from({ length: 250 }, () => client(mintToken('sk')).with({ 'x-forwarded-for': ip })),
    );
    const answers = await Promise.all(calls.map((client) => client.get('/users/me')));
    const recorded = await told(world.server, ip);
    expect(new Set(answers.map(outcome))).toEqual(new Set(['401 invalid_token']));
    expect(recorded.calls).toBe(500);
    expect(recorded.events).toBeLessThan(250);
  });

  it('are told for each address apart, and for an IPv6 network of 64 bits together', async () => {
    const addresses = ['192.0.2.60', '192.0.2.61', '2001:db8:7::1', '2001:db8:8::1'];
    const from = (ip: string) =>
      world.client(mintToken('sk')).with({ 'x-forwarded-for': ip }).get('/users/me');
    await Promise.all(addresses.flatMap((ip, i) => Array.from({ length: i + 2 }, () => from(ip))));
    const counts = await Promise.all(addresses.map((ip) => told(world.server, ip)));
    expect(counts.map(({ calls }) => calls)).toEqual([2, 3, 4, 5]);
    await Promise.all(['2001:db8:9::1', '2001:db8:9::2', '2001:db8:9::3'].map(from));
    const [row] = await world.server.sql<{ calls: number }>(
      `SELECT sum(count)::int AS calls FROM audit_event WHERE request_ip LIKE '2001:db8:9::%'`,
    );
    expect(row?.calls).toBe(3);
  });

  it('hold up neither the operator’s calls nor an organization’s', async () => {
    const strangers = Array.from({ length: 300 }, () =>
      world.client(mintToken('sk')).get('/users/me'),
    );
    const others = Array.from({ length: 60 }, (_, i) =>
      (i % 2 ? world.platform : world.owner).get('/users/me'),
    );
    const statuses = (await Promise.all(others)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await Promise.all(strangers);
  });

  it('leave a chain of the operator that verifies, numbered without gaps', async () => {
    const log = await sealedLog(world.platform);
    expect(log.some((event) => (event.count ?? 1) > 1)).toBe(true);
    expect(unlinked(log)).toEqual([]);
  });
});
