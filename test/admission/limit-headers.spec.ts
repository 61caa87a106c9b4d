import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Answer, type Client } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { World } from '../harness/world.js';

let world: World;
let clock: Clock;
let client: Client;
let weak: Client;
beforeAll(async () => {
  world = await World.start();
  clock = await Clock.stopped(world.server);
  ({ client } = await world.key());
  const bot = await world.serviceAccount();
  ({ client: weak } = await world.key({ owner_id: bot.id }));
});
afterAll(() => world.close());

const counting: Readonly<Record<string, () => Promise<Answer>>> = {
  '200': () => client.get('/users/me'),
  '400 invalid_request': () => client.post('/projects', {}),
  '400 project_required': () => client.get('/authorize?product=uptime'),
  '403 insufficient_permissions': () => weak.post('/projects', { name: 'Project' }),
  '404 not_found': () => client.get(`/api-keys/${randomUUID()}`),
  '404 project_not_found': () => client.get(`/projects/${randomUUID()}`),
};

/** Begins an empty window under a limit, and uses it up but for one place. */
async function allButOne(limit: number): Promise<void> {
  const path = `/organizations/${world.organizationId}`;
  await world.platform.patch(path, { rate_limit_per_minute: limit });
  await clock.advance(100);
  if (limit === 1) return;
  expect((await client.get('/users/me')).headers.get('ratelimit')).toBe(
    `"organization";r=${limit - 1};t=61`,
  );
  // As if so many calls more had been counted in the same second.
  await world.server.sql('UPDATE gate SET counted = counted + $2 WHERE id = $1', [
    world.organizationId,
    limit - 2,
  ]);
}

describe.each([1, 2, 100, 100_000])('a limit of %i', (limit) => {
  it.each(Object.entries(counting))('is told on %s and on the 429 after it', async (kind, call) => {
    await allButOne(limit);
    await clock.advance(20);
    const last = await call();
    expect(outcome(last)).toBe(kind);
    const policy = `"organization";q=${limit};w=60`;
    const seconds = limit === 1 ? 61 : 41;
    expect(last.headers.get('ratelimit-policy')).toBe(policy);
    expect(last.headers.get('ratelimit')).toBe(`"organization";r=0;t=${seconds}`);
    expect(last.headers.has('retry-after')).toBe(false);
    const refused = await call();
    expect(outcome(refused)).toBe('429 rate_limit_exceeded');
    const wait = Number(refused.headers.get('retry-after'));
    expect(seconds - wait === 0 || seconds - wait === 1).toBe(true);
    expect(refused.headers.get('ratelimit-policy')).toBe(policy);
    expect(refused.headers.get('ratelimit')).toBe(`"organization";r=0;t=${wait}`);
    await clock.advance(wait);
    expect(outcome(await call())).toBe(kind);
  });
});
