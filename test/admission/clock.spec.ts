import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcome, type Client } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { World } from '../harness/world.js';

let world: World;
let clock: Clock;
beforeEach(async () => {
  world = await World.start();
  clock = await Clock.stopped(world.server);
});
afterEach(() => world.close());

async function limited(limit: number, id = world.organizationId): Promise<void> {
  const { status } = await world.platform.patch(`/organizations/${id}`, {
    rate_limit_per_minute: limit,
  });
  expect(status).toBe(200);
}

async function statuses(client: Client, calls: number): Promise<number[]> {
  const answers = Array.from({ length: calls }, () => client.get('/users/me'));
  return (await Promise.all(answers)).map(({ status }) => status);
}

/** So many seconds from now, by the stopped clock, as the API takes it. */
async function timeIn(seconds: number): Promise<string> {
  return new Date(((await clock.now()) + seconds) * 1_000).toISOString();
}

const hour = 3_600;

describe('a clock that goes back, as after a failover', () => {
  it('lets nothing more through, and keeps the events in order', async () => {
    await clock.advance(61);
    await limited(3);
    expect(await statuses(world.owner, 3)).toEqual([200, 200, 200]);
    await clock.advance(-hour);
    expect(await statuses(world.owner, 3)).toEqual([429, 429, 429]);
    await clock.advance(61);
    expect(await statuses(world.owner, 1)).toEqual([429]);
    await world.created('/products', { slug: 'other', name: 'Other' }, world.platform);
    await clock.advance(hour);
    expect(await statuses(world.owner, 4)).toEqual([200, 200, 200, 429]);
    const events = await world.server.sql<{ in_order: boolean }>(
      `SELECT occurred_at >= lag(occurred_at, 1, '-infinity') OVER (PARTITION BY organization_id ORDER BY seq)
         AS in_order FROM audit_event`,
    );
    expect(events.length).toBeGreaterThan(10);
    expect(events.filter((event) => !event.in_order)).toEqual([]);
  });

  it("leaves every organization to its own time: one that is ahead does not end another's window", async () => {
    const other = await world.otherOrganization();
    await limited(3, other.id);
    await clock.advance(61);
    await clock.advance(hour);
    expect(await statuses(world.owner, 1)).toEqual([200]);
    await clock.advance(-hour);
    expect(await statuses(other.owner, 3)).toEqual([200, 200, 200]);
    const mixed = Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? world.owner : other.owner).get('/users/me'),
    );
    const together = (await Promise.all(mixed)).map(({ status }) => status);
    const ahead = together.filter((_, i) => i % 2 === 0);
    const exhausted = together.filter((_, i) => i % 2 === 1);
    expect(new Set(ahead)).toEqual(new Set([200]));
    expect(new Set(exhausted)).toEqual(new Set([429]));
  });

  it('401 for a key that had expired before', async () => {
    const { client } = await world.key({ expires_at: await timeIn(hour) });
    await clock.advance(2 * hour);
    expect((await client.get('/users/me')).status).toBe(401);
    await clock.advance(-1.5 * hour);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
  });
});

describe("the database's clock alone says when, on every instance", () => {
  it('a key begins and expires, also one that is remembered', async () => {
    const term = { not_before: await timeIn(hour), expires_at: await timeIn(2 * hour) };
    const { key } = await world.key(term);
    const clients = (await world.instances(3)).map((client) => client(key.secret));
    const everywhere = async () =>
      (await Promise.all(clients.map((client) => client.get('/users/me')))).map(outcome);
    expect(await everywhere()).toEqual(clients.map(() => '401 invalid_token'));
    await clock.advance(hour);
    expect(await everywhere()).toEqual(clients.map(() => '200'));
    await clock.advance(hour - 0.001);
    expect(await everywhere()).toEqual(clients.map(() => '200'));
    await clock.advance(0.001);
    expect(await everywhere()).toEqual(clients.map(() => '401 invalid_token'));
  });

  it('a session ends', async () => {
    const policy = { refresh_token_ttl_seconds: hour };
    await world.owner.patch(`/organizations/${world.organizationId}`, { policy });
    const session = await world.session((await world.human('admin')).email);
    expect((await session.get('/users/me')).status).toBe(200);
    await clock.advance(2 * hour);
    expect(outcome(await session.get('/users/me'))).toBe('401 invalid_token');
  });
});
