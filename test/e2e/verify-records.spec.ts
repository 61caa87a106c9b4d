import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { World } from '../harness/world.js';

let world: World;
let platformId: string;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  platformId = (await world.platform.get('/users/me')).body.id;
});
afterAll(() => world.close());

/** An organization with a limit of its own, its owner's session, which that leaves alone, a project and a key for it. */
async function tenant(limit: number) {
  const input = { name: 'Other', owner_email: `o-${randomUUID()}@example.com` };
  const { id } = await world.created('/organizations', input, world.platform);
  await world.platform.patch(`/organizations/${id}`, { rate_limit_per_minute: limit });
  const session = await world.session((await world.human('owner', id)).email);
  const project = await world.created('/projects', { name: 'Website' }, session);
  const scopes = { project_id: project.id, product_scopes: { uptime: 'read' } };
  const key = await world.created('/api-keys', { name: 'Key', ...scopes }, session);
  return { id, project, key, session };
}

const question = (token: string, more: object = {}) => ({
  token,
  product: 'uptime',
  access: 'read',
  ...more,
});

async function verifyAll(checks: object[]): Promise<Json[]> {
  const answer = await world.platform.post('/keys/verify/batch', { checks });
  expect(outcome(answer)).toBe('200');
  return answer.body.results;
}

async function uses(by: Client, keyId: string): Promise<Json[]> {
  const { body } = await by.get(`/audit-events?key_id=${keyId}&action=api_key.used&limit=100`);
  return body.data;
}

describe('a check', () => {
  it("stands in the token's organization's log, with the platform key as the actor", async () => {
    const { id, project, key, session } = await tenant(100);
    const answer = await world.platform.post(
      '/keys/verify',
      question(key.secret, { ip: '192.0.2.7' }),
    );
    const [event, ...others] = await uses(session, key.id);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      action: 'api_key.used',
      outcome: 'allowed',
      organization_id: id,
      project_id: project.id,
      actor: { type: 'platform', id: platformId },
      credential: { type: 'api_key', id: key.id, prefix: key.prefix },
      product: 'uptime',
      access: 'read',
      request: {
        id: answer.headers.get('x-request-id'),
        method: 'POST',
        route: '/v1/keys/verify',
        ip: '192.0.2.7',
      },
    });
  });

  it("is a call of the platform key's own, too, in the operator's log", async () => {
    const { key } = await tenant(100);
    const answer = await world.platform.post('/keys/verify', question(key.secret));
    const id = answer.headers.get('x-request-id');
    const events = await uses(world.platform, platformId);
    expect(events.filter(({ request }) => request.id === id)).toMatchObject([
      { organization_id: null, product: 'platform', access: 'read', request: { ip: '127.0.0.1' } },
    ]);
  });

  it('that is refused stands there with its code', async () => {
    const { key, session } = await tenant(100);
    await world.platform.post('/keys/verify', question(key.secret, { access: 'read_write' }));
    const [event] = await uses(session, key.id);
    expect(event).toMatchObject({
      outcome: 'denied',
      code: 'insufficient_permissions',
      access: 'read_write',
      actor: { type: 'platform' },
    });
  });

  it('of an unknown token that could be ours stands in the operator’s log, by the address given', async () => {
    const { secret: lost } = await world.created('/api-keys', { name: 'Key' });
    await world.server.sql(
      'DELETE FROM api_key_secret WHERE hash = (SELECT hash FROM api_key_secret ORDER BY id DESC LIMIT 1)',
    );
    await verifyAll([question(lost, { ip: '198.51.100.7' }), question('sk_nonsense')]);
    const { body } = await world.platform.get('/audit-events?action=unknown_token.used');
    expect(body.data.map((event: Json) => event.request.ip)).toEqual(['198.51.100.7']);
  });

  it('counts as a use of the key', async () => {
    const { key, session } = await tenant(100);
    await world.platform.post('/keys/verify', question(key.secret));
    const { body } = await session.get(`/api-keys/${key.id}`);
    expect(body.request_count).toBe(1);
    expect(Date.parse(body.last_used_at)).toBeGreaterThan(0);
  });

  it('leaves the token nowhere in the database', async () => {
    const { key } = await tenant(100);
    await verifyAll([question(key.secret), question(`${key.secret}x`)]);
    const [row] = await world.server.sql<{ events: string }>(
      'SELECT json_agg(audit_event)::text AS events FROM audit_event',
    );
    expect(row?.events).toContain(key.id);
    expect(row?.events).not.toContain(key.secret.slice(10, 40));
    expect(await everyRow(world.server)).not.toContain(key.secret.slice(10, 40));
  });
});

describe('the limit', () => {
  it("is the checked organization's, shared with the calls that are made here", async () => {
    const { key } = await tenant(3);
    const caller = world.client(key.secret);
    expect(outcome(await caller.get('/authorize?product=uptime'))).toBe('200');
    const verify = async () =>
      (await world.platform.post('/keys/verify', question(key.secret))).body;
    expect([(await verify()).rate_limit.remaining, (await verify()).rate_limit.remaining]).toEqual([
      1, 0,
    ]);
    const refusal = await verify();
    expect(refusal).toMatchObject({ valid: false, code: 'rate_limit_exceeded' });
    expect(refusal.rate_limit.remaining).toBe(0);
    expect(refusal.rate_limit.reset_seconds).toBeGreaterThan(0);
    expect(outcome(await caller.get('/authorize?product=uptime'))).toBe('429 rate_limit_exceeded');
  });

  it('tells refusals by checks apart from those of the key’s own calls', async () => {
    const { key, session } = await tenant(1);
    const caller = world.client(key.secret);
    await caller.get('/authorize?product=uptime');
    await Promise.all([
      caller.get('/authorize?product=uptime'),
      caller.get('/authorize?product=uptime'),
      verifyAll([question(key.secret), question(key.secret), question(key.secret)]),
    ]);
    const events = (await uses(session, key.id)).filter(({ code }) => code !== null);
    const calls = (type: string) =>
      events
        .filter(({ actor }) => actor.type === type)
        .reduce((sum, { count = 1 }) => sum + count, 0);
    expect([calls('human'), calls('platform')]).toEqual([2, 3]);
  });
});

describe('POST /v1/keys/verify/batch', () => {
  it('answers each check by itself, in their order', async () => {
    const [one, other] = [await tenant(100), await tenant(100)];
    const results = await verifyAll([
      question(one.key.secret),
      question('sk_nonsense'),
      question(other.key.secret),
      question(one.key.secret, { access: 'read_write' }),
      question(one.key.secret, { product: 'nothing' }),
    ]);
    expect(results.map(({ code, organization_id: id }) => [code, id])).toEqual([
      [null, one.id],
      ['invalid_token', null],
      [null, other.id],
      ['insufficient_permissions', one.id],
      ['invalid_request', one.id],
    ]);
  });

  it('lets through exactly as many as the limit has places for', async () => {
    const { key, session } = await tenant(7);
    const results = await verifyAll(Array.from({ length: 20 }, () => question(key.secret)));
    expect(results.filter(({ valid }) => valid)).toHaveLength(7);
    expect(results.slice(7).map(({ code }) => code)).toEqual(
      Array.from({ length: 13 }, () => 'rate_limit_exceeded'),
    );
    const events = await uses(session, key.id);
    expect(events.filter(({ outcome: told }) => told === 'allowed')).toHaveLength(7);
    expect(events.find(({ code }) => code === 'rate_limit_exceeded')).toMatchObject({ count: 13 });
  });

  it('of 100 is recorded by one transaction, besides the call itself', async () => {
    const tenants = await Promise.all([1, 2, 3, 4].map(() => tenant(1_000)));
    const checks = Array.from({ length: 25 }, () => tenants.map(({ key }) => question(key.secret)));
    const results = await verifyAll(checks.flat());
    expect(results.every(({ valid }) => valid)).toBe(true);
    const written = await world.server.sql<{ events: number }>(
      `SELECT count(*)::int AS events FROM audit_event
       WHERE credential_id = ANY($1) GROUP BY xmin::text`,
      [tenants.map(({ key }) => key.id)],
    );
    expect(written).toEqual([{ events: 100 }]);
  });

  it('decides again what has changed since it was remembered, each token by its own', async () => {
    const { key, session } = await tenant(1_000);
    const checks = () => verifyAll(Array.from({ length: 30 }, () => question(key.secret)));
    await checks();
    await session.patch(`/api-keys/${key.id}`, { product_scopes: { incidents: 'read' } });
    const codes = (await checks()).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['insufficient_permissions']));
  });

  it.each([
    ['no checks', { checks: [] }],
    ['101 checks', { checks: Array.from({ length: 101 }, () => question('sk_nonsense')) }],
    ['a check that is none', { checks: [null] }],
    ['an array', [question('sk_nonsense')]],
    ['nothing', {}],
  ])('400 invalid_request for %s', async (_, body) => {
    expect(outcome(await world.platform.post('/keys/verify/batch', body))).toBe(
      '400 invalid_request',
    );
  });
});
