import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
afterEach(() => world.close());

async function limited(limit: number): Promise<void> {
  const path = `/organizations/${world.organizationId}`;
  const { status } = await world.platform.patch(path, { rate_limit_per_minute: limit });
  expect(status).toBe(200);
}

const isLimited = ({ status }: Answer) => status === 429;

describe('the limit of an organization', () => {
  it('lets exactly 100 of 1,000 parallel calls by 10 keys over 3 instances be answered other than 429', async () => {
    world = await World.start();
    const keys = await Promise.all(Array.from({ length: 10 }, () => world.key()));
    const instances = await world.instances(3);
    await limited(100);
    await world.server.sql('UPDATE gate SET counted = 0, second = 0');
    const clients = keys.flatMap(({ key }) => instances.map((client) => client(key.secret)));
    const calls = Array.from({ length: 34 }, () => clients)
      .flat()
      .slice(0, 1_000);
    const answers = await Promise.all(calls.map((client) => client.get('/users/me')));
    expect(answers.filter(isLimited)).toHaveLength(900);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 429]));
  });

  it('admits as many of a batch as there are places, not all or nothing', async () => {
    world = await World.start();
    const { client } = await world.key();
    await limited(20);
    const statuses = await Promise.all(Array.from({ length: 60 }, () => client.get('/users/me')));
    expect(statuses.filter(isLimited).length).toBeGreaterThanOrEqual(40);
    expect(statuses.filter((answer) => !isLimited(answer)).length).toBeGreaterThan(0);
  });

  it('tells limit, places left and seconds on every answer, and Retry-After on 429', async () => {
    world = await World.start();
    const { client } = await world.key();
    await world.server.sql('UPDATE gate SET counted = 0, second = 0');
    await limited(2);
    const [first, second, third] = [
      await client.get('/users/me'),
      await client.get('/users/me'),
      await client.get('/users/me'),
    ];
    expect(first.headers.get('ratelimit-policy')).toBe('"organization";q=2;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"organization";r=1;t=\d+$/);
    expect(second.headers.get('ratelimit')).toMatch(/^"organization";r=0;t=\d+$/);
    expect(third.status).toBe(429);
    const seconds = Number(third.headers.get('retry-after'));
    expect(third.headers.get('ratelimit')).toBe(`"organization";r=0;t=${seconds}`);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(61);
  });
});
