import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcome, type Answer, type Client } from '../harness/client.js';
import { World } from '../harness/world.js';

const limit = 10;
let world: World;
beforeAll(async () => {
  world = await World.start({ rateLimitPerMinute: limit });
});
afterAll(() => world.close());

/** An organization of its own for each test, so that its window is empty. */
let id: string;
let session: Client;
let client: Client;
beforeEach(async () => {
  const input = { name: 'Other', owner_email: `o-${randomUUID()}@example.com` };
  ({ id } = await world.created('/organizations', input, world.platform));
  const human = await world.human('owner', id);
  session = await world.session(human.email);
  client = await key();
});

async function key(input: object = {}): Promise<Client> {
  const { secret } = await world.created('/api-keys', { name: 'Key', ...input }, session);
  return world.client(secret);
}

const call = (by: Client = client) => by.get('/users/me');

async function remaining(by: Client = client): Promise<number> {
  const { headers } = await call(by);
  return Number(/;r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.[1]);
}

async function useUp(by: Client = client): Promise<Answer> {
  for (;;) {
    const answer = await call(by);
    if (answer.status === 429) return answer;
  }
}

describe('the rate limit', () => {
  it('lets exactly so many calls of an organization through, all its keys together', async () => {
    const keys = [client, await key(), await key({ product_scopes: {} })];
    const calls = Array.from({ length: 3 * limit }, (_, i) => call(keys[i % keys.length]));
    const answers = (await Promise.all(calls)).map(outcome);
    expect(answers.filter((answer) => answer === '200')).toHaveLength(limit);
    expect(answers.filter((answer) => answer === '429 rate_limit_exceeded')).toHaveLength(
      2 * limit,
    );
  });

  it('429 rate_limit_exceeded with Retry-After in whole seconds', async () => {
    const { headers, body } = await useUp();
    expect(body.error.code).toBe('rate_limit_exceeded');
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    // A client may be told up to one second more than the exact instant.
    expect(seconds).toBeLessThanOrEqual(61);
    expect(headers.get('ratelimit')).toBe(`"organization";r=0;t=${seconds}`);
  });

  it('RateLimit-Policy and RateLimit on each such answer', async () => {
    for (let left = limit - 1; left >= 0; left -= 1) {
      const { headers } = await call();
      expect(headers.get('ratelimit-policy')).toBe(`"organization";q=${limit};w=60`);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"organization";r=${left};t=\\d+$`));
    }
  });

  it('counts calls that are answered 400, 403 and 404', async () => {
    const bot = await world.created('/service-accounts', { name: 'Bot' }, session);
    const weak = await key({ owner_id: bot.id });
    const calls: Record<string, () => Promise<Answer>> = {
      '400 invalid_request': () => client.post('/projects', {}),
      '400 project_required': () => client.get('/authorize?product=uptime'),
      '403 insufficient_permissions': () => weak.post('/projects', { name: 'P' }),
      '404 not_found': () => client.get(`/api-keys/${randomUUID()}`),
      '404 project_not_found': () => client.get(`/projects/${randomUUID()}`),
    };
    let left = await remaining();
    for (const [expected, send] of Object.entries(calls)) {
      const answer = await send();
      expect(outcome(answer)).toBe(expected);
      left -= 1;
      expect(answer.headers.get('ratelimit')).toContain(`;r=${left};`);
    }
  });

  it('outranks 400, 403 and 404 once it is used up', async () => {
    await useUp();
    const answers = [
      await client.post('/projects', {}),
      await client.get('/authorize?product=uptime'),
      await client.get('/authorize?product=nonsense'),
      await client.post('/products', { slug: 'other', name: 'Other' }),
      await client.get(`/projects/${randomUUID()}`),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '429 rate_limit_exceeded'));
  });

  it('counts neither 401 nor 429, nor an unknown route', async () => {
    const before = await remaining();
    const disabled = await world.created('/api-keys', { name: 'Key' }, session);
    await session.patch(`/api-keys/${disabled.id}`, { is_active: false });
    for (const answer of [
      await call(world.client(disabled.secret)),
      await call(world.client(null)),
      await client.get('/nothing'),
    ])
      expect([401, 404]).toContain(answer.status);
    expect(await remaining()).toBe(before - 1);
    await useUp();
    const first = Number((await call()).headers.get('retry-after'));
    for (let i = 0; i < limit; i += 1) await call();
    expect(Number((await call()).headers.get('retry-after'))).toBeLessThanOrEqual(first);
  });

  it("is each organization's own", async () => {
    await useUp();
    expect(outcome(await call(world.owner))).toBe('200');
    expect(outcome(await call(session))).toBe('200');
  });

  it('takes a custom limit of the organization, from the next call on', async () => {
    await useUp();
    const change = { rate_limit_per_minute: limit + 2 };
    expect(outcome(await world.platform.patch(`/organizations/${id}`, change))).toBe('200');
    const answers = [await call(), await call(), await call()];
    expect(answers.map(outcome)).toEqual(['200', '200', '429 rate_limit_exceeded']);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe(`"organization";q=${limit + 2};w=60`);
  });

  it('never holds for platform keys', async () => {
    for (let i = 0; i < 2 * limit; i += 1) {
      const { status, headers } = await world.platform.get('/users/me');
      expect([status, headers.has('ratelimit')]).toEqual([200, false]);
    }
  });
});

describe("a session's own limit", () => {
  it('is 600 per minute and user, which keys do not use up', async () => {
    await useUp();
    const { status, headers } = await call(session);
    expect(status).toBe(200);
    expect(headers.get('ratelimit-policy')).toBe('"session";q=600;w=60');
  });

  it("is shared by all sessions of a user and leaves the organization's alone", async () => {
    const human = await world.human('admin', id);
    const [one, other] = [await world.session(human.email), await world.session(human.email)];
    expect(await remaining(one)).toBe(599);
    expect(await remaining(other)).toBe(598);
    expect(await remaining(client)).toBe(limit - 1);
  });
});
