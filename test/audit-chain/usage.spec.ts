import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../harness/client.js';
import { World } from '../harness/world.js';
import { allCounted } from './audit-log.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

/** Keeps every instance from counting, until the connection that is given is ended. */
async function heldBack(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.server.config.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE usage_head IN EXCLUSIVE MODE');
  return client;
}

async function keyObject(id: string) {
  const { body } = await world.owner.get(`/api-keys/${id}`);
  return body;
}

function totals(keyId: string) {
  return world.server.sql<{ calls: number; days: number }>(
    `SELECT calls::int, (SELECT sum(calls)::int FROM usage_day WHERE credential_id = api_key_id) AS days
     FROM api_key_usage WHERE api_key_id = $1`,
    [keyId],
  );
}

describe('request_count and last_used_at', () => {
  it('are 0 and null for a key that was never used', async () => {
    const { key } = await world.key();
    expect(await keyObject(key.id)).toMatchObject({ request_count: 0, last_used_at: null });
    await allCounted(world);
    expect(await keyObject(key.id)).toMatchObject({ request_count: 0, last_used_at: null });
  });

  it('are exact under parallel load on 2 instances, before they are added up, after it, and in between', async () => {
    const { key } = await world.key();
    const clients = (await world.instances(2)).map((client) => client(key.secret));
    const flood = (each: number) =>
      Promise.all(
        Array.from({ length: 32 }, async (_, i) => {
          for (let calls = 0; calls < each; calls += 1) await clients[i % 2]?.get('/users/me');
        }),
      );
    const holder = await heldBack();
    await flood(5);
    const uncounted = await keyObject(key.id);
    expect(uncounted.request_count).toBe(160);
    expect(await totals(key.id)).toEqual([]);
    await holder.end();
    await allCounted(world);
    expect(await keyObject(key.id)).toEqual(uncounted);
    expect(await totals(key.id)).toEqual([{ calls: 160, days: 160 }]);
    await flood(5);
    expect((await keyObject(key.id)).request_count).toBe(320);
  });

  it('are exact at any moment, whatever part has been added up', async () => {
    const { key, client } = await world.key();
    for (let calls = 1; (await totals(key.id)).every((total) => total.calls < 20); calls += 1) {
      await client.get('/users/me');
      expect((await keyObject(key.id)).request_count).toBe(calls);
    }
  });

  it('are added up by the next instance where one has ended before it did so', async () => {
    const { key } = await world.key();
    const ended = await world.server.sibling();
    expect((await new Client(ended, key.secret).get('/users/me')).status).toBe(200);
    await ended.close();
    expect(await totals(key.id)).toEqual([]);
    await world.server.sibling();
    await allCounted(world);
    expect(await totals(key.id)).toEqual([{ calls: 1, days: 1 }]);
  });

  it('cost no UPDATE of the key, of its secret or of its owner, before they are added up or after it', async () => {
    const { key } = await world.key();
    const clients = (await world.instances(3)).map((client) => client(key.secret));
    const versions = () =>
      world.server.sql(
        `SELECT (k.xmin, k.ctid, s.xmin, s.ctid, m.xmin, m.ctid)::text FROM api_key k
         JOIN api_key_secret s ON s.api_key_id = k.id JOIN member m ON m.id = k.owner_id WHERE k.id = $1`,
        [key.id],
      );
    const before = await versions();
    const calls = Array.from({ length: 67 }, () =>
      clients.map((client) => client.get('/users/me')),
    );
    await Promise.all(calls.flat());
    await allCounted(world);
    expect((await keyObject(key.id)).request_count).toBe(201);
    expect(await versions()).toEqual(before);
  });

  it('are of the latest call', async () => {
    const { key, client } = await world.key();
    await client.get('/users/me');
    await allCounted(world);
    await client.get('/users/me');
    const { body } = await world.owner.get(`/audit-events?key_id=${key.id}&action=api_key.used`);
    expect((await keyObject(key.id)).last_used_at).toBe(body.data[0].occurred_at);
    await allCounted(world);
    expect((await keyObject(key.id)).last_used_at).toBe(body.data[0].occurred_at);
  });

  it('leave out calls that were refused with 401 or 429, and count those refused with 403', async () => {
    const { key, client } = await world.key({ product_scopes: {} });
    expect((await client.get('/members')).status).toBe(403);
    await world.owner.patch(`/api-keys/${key.id}`, { is_active: false });
    expect((await client.get('/members')).status).toBe(401);
    await world.owner.patch(`/api-keys/${key.id}`, { is_active: true });
    const path = `/organizations/${world.organizationId}`;
    await world.platform.patch(path, { rate_limit_per_minute: 1 });
    expect((await client.get('/members')).status).toBe(429);
    await world.platform.patch(path, { rate_limit_per_minute: 100_000 });
    expect((await keyObject(key.id)).request_count).toBe(1);
    await allCounted(world);
    expect((await keyObject(key.id)).request_count).toBe(1);
  });
});

describe('the totals of a day', () => {
  it('tell project, product and outcome apart, and add up to what the audit log holds', async () => {
    const [one, two] = [await world.project(), await world.project()];
    const { key } = await world.key({ product_scopes: { uptime: 'read' } });
    for (const project of [one, one, two]) {
      const client = world.client(key.secret).with({ 'x-project-id': project.id });
      await client.get('/authorize?product=uptime&access=read');
      await client.get('/authorize?product=uptime&access=read_write');
    }
    await world.client(key.secret).get('/users/me');
    await allCounted(world);
    const rows = await world.server.sql(
      `SELECT project_id, product, outcome, calls::int FROM usage_day WHERE credential_id = $1`,
      [key.id],
    );
    const row = (project_id: string, outcome: string, calls: number) => {
      return { project_id, product: 'uptime', outcome, calls };
    };
    const none = '00000000-0000-0000-0000-000000000000';
    expect(new Set(rows)).toEqual(
      new Set([
        row(one.id, 'allowed', 2),
        row(one.id, 'denied', 2),
        row(two.id, 'allowed', 1),
        row(two.id, 'denied', 1),
        { ...row(none, 'allowed', 1), product: '' },
      ]),
    );
  });
});
