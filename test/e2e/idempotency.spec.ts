import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const once = (by: Client, key: string = randomUUID()) => by.with({ 'idempotency-key': key });

async function keysNamed(name: string): Promise<Json[]> {
  const { body } = await world.owner.get('/api-keys?limit=100');
  return body.data.filter((key: Json) => key.name === name);
}

describe('Idempotency-Key', () => {
  it('gives a repeat the stored answer, with secret null', async () => {
    const name = `Key ${randomUUID()}`;
    const client = once(world.owner);
    const first = await client.post('/api-keys', { name });
    const repeat = await client.post('/api-keys', { name });
    expect([first.status, repeat.status]).toEqual([201, 201]);
    expect(first.body.secret).toMatch(/^sk_/);
    expect(repeat.body).toEqual({ ...first.body, secret: null });
    expect(Object.keys(repeat.body)).toEqual(Object.keys(first.body));
    expect(await keysNamed(name)).toHaveLength(1);
  });

  it('409 idempotency_conflict with another body, and with another path', async () => {
    const client = once(world.owner);
    const name = `Key ${randomUUID()}`;
    expect(outcome(await client.post('/api-keys', { name }))).toBe('201');
    for (const [path, body] of [
      ['/api-keys', { name: `${name} again` }],
      ['/api-keys', { name, product_scopes: null }],
      ['/projects', { name }],
    ] as const)
      expect(outcome(await client.post(path, body))).toBe('409 idempotency_conflict');
    expect(await keysNamed(`${name} again`)).toEqual([]);
  });

  it('409 idempotency_conflict when the call names another project', async () => {
    const [website, shop] = [await world.project(), await world.project()];
    const client = once(world.owner);
    const name = `Key ${randomUUID()}`;
    const make = (id: string) => client.with({ 'x-project-id': id }).post('/api-keys', { name });
    expect((await make(website.id)).body.project_id).toBe(website.id);
    expect(outcome(await make(shop.id))).toBe('409 idempotency_conflict');
    expect((await make(website.id)).body.project_id).toBe(website.id);
  });

  it('makes one of 20 parallel requests, the others 409 or the stored answer', async () => {
    const name = `Key ${randomUUID()}`;
    const client = once(world.owner);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.post('/api-keys', { name })),
    );
    const made = answers.filter(({ status }) => status === 201);
    const secrets = made.filter(({ body }) => body.secret !== null);
    expect(secrets).toHaveLength(1);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const answer of answers)
      expect(['201', '409 idempotency_conflict']).toContain(outcome(answer));
    expect(await keysNamed(name)).toHaveLength(1);
    expect((await client.post('/api-keys', { name })).body).toEqual({
      ...secrets[0]?.body,
      secret: null,
    });
  });

  it('409 idempotency_conflict while the first is under way', async () => {
    const obstacle = new pg.Client({ connectionString: world.server.config.databaseUrl });
    await obstacle.connect();
    try {
      await obstacle.query('BEGIN');
      await obstacle.query('LOCK TABLE idempotent_answer');
      const client = once(world.owner);
      const first = client.post('/projects', { name: 'P' });
      await waitingForALock();
      expect(outcome(await client.post('/projects', { name: 'P' }))).toBe(
        '409 idempotency_conflict',
      );
      await obstacle.query('ROLLBACK');
      expect(outcome(await first)).toBe('201');
    } finally {
      await obstacle.end();
    }
  });

  it('is forgotten after 24 hours', async () => {
    const name = `Key ${randomUUID()}`;
    const client = once(world.owner);
    const age = (hours: number) =>
      world.server.sql(
        `UPDATE idempotent_answer SET created_at = now() - make_interval(hours => $1)`,
        [hours],
      );
    const first = await client.post('/api-keys', { name });
    await age(23);
    expect((await client.post('/api-keys', { name })).body.id).toBe(first.body.id);
    await age(24);
    const second = await client.post('/api-keys', { name });
    expect(outcome(second)).toBe('201');
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.secret).toMatch(/^sk_/);
    expect((await client.post('/api-keys', { name })).body).toEqual({
      ...second.body,
      secret: null,
    });
    await age(24);
    expect(outcome(await client.post('/api-keys', { name: `${name} again` }))).toBe('201');
  });

  it('keeps no failed request', async () => {
    const client = once(world.owner);
    const slug = `s-${randomUUID().slice(0, 8)}`;
    expect(outcome(await client.post('/projects', { slug }))).toBe('400 invalid_request');
    expect(outcome(await client.post('/projects', { name: 'P', slug: 'admin' }))).toBe(
      '400 invalid_request',
    );
    const { id } = await world.created('/projects', { name: 'P', slug });
    expect(outcome(await client.post('/projects', { name: 'P', slug }))).toBe('409 slug_taken');
    expect(outcome(await world.owner.delete(`/projects/${id}`))).toBe('204');
    expect(outcome(await client.post('/projects', { name: 'P', slug }))).toBe('201');
    expect(outcome(await client.post('/projects', { name: 'P', slug }))).toBe('201');
  });

  it('is checked after the credential: who may no longer call is told nothing', async () => {
    const { key, client: plain } = await world.key();
    const client = once(plain);
    expect(outcome(await client.post('/projects', { name: 'P' }))).toBe('201');
    await world.owner.patch(`/api-keys/${key.id}`, { product_scopes: {} });
    expect(outcome(await client.post('/projects', { name: 'P' }))).toBe(
      '403 insufficient_permissions',
    );
    await world.owner.delete(`/api-keys/${key.id}`);
    expect(outcome(await client.post('/projects', { name: 'P' }))).toBe('401 invalid_token');
  });

  it("is each member's own, and each organization's", async () => {
    const key = randomUUID();
    const other = await world.otherOrganization();
    const session = await world.session((await world.human('admin')).email);
    const ids = new Set<string>();
    for (const caller of [world.owner, session, other.owner])
      ids.add((await world.created('/projects', { name: 'P' }, once(caller, key))).id);
    expect(ids.size).toBe(3);
  });

  it('is taken by every POST that makes or changes something', async () => {
    const { key } = await world.key();
    const client = once(world.owner);
    const first = await client.post(`/api-keys/${key.id}/rotate`, {});
    const repeat = await client.post(`/api-keys/${key.id}/rotate`, {});
    expect(repeat.body).toEqual({ ...first.body, secret: null });
    expect(outcome(await world.client(first.body.secret).get('/users/me'))).toBe('200');
    const bots = once(world.owner);
    const bot = await bots.post('/service-accounts', { name: 'Bot' });
    expect((await bots.post('/service-accounts', { name: 'Bot' })).body).toEqual(bot.body);
    const products = once(world.platform);
    const slug = `p-${randomUUID().slice(0, 8)}`;
    const product = await products.post('/products', { slug, name: 'P' });
    expect((await products.post('/products', { slug, name: 'P' })).body).toEqual(product.body);
  });

  it('204 also for a repeat that is answered without a body', async () => {
    const human = await world.human('owner');
    const [one, other] = [await world.session(human.email), await world.session(human.email)];
    const key = randomUUID();
    for (const session of [one, other]) {
      const answer = await once(session, key).post('/auth/logout');
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
  });
});

/** Returns once a statement of the server waits for a lock that another transaction holds. */
async function waitingForALock(): Promise<void> {
  const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await world.server.sql(sql)).length === 0);
}
