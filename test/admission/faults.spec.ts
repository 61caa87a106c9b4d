import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, type Answer } from '../harness/client.js';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';

let world: World;
let proxy: Proxy;
/** The owner at an instance that reaches the database by way of the proxy. */
let owner: Client;
beforeEach(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.config.databaseUrl);
  const instance = await world.server.sibling(proxy.url);
  owner = new Client(instance, world.server.first.apiKey);
  await recovers(owner);
});
afterEach(async () => {
  proxy.mend();
  await world.close();
  await proxy.close();
});

const codeOf = ({ status, body }: Answer) => `${status} ${body.error?.code ?? 'ok'}`;

async function usedEvents(): Promise<number> {
  const [row] = await world.server.sql<{ count: string }>(
    `SELECT count(*) FROM audit_event WHERE action = 'api_key.used'`,
  );
  return Number(row?.count);
}

/** Asks until the answer is 200; a server that never recovers runs into the test's own time limit. */
async function recovers(client: Client): Promise<void> {
  while ((await client.get('/users/me')).status !== 200);
}

describe('a database that cannot be used', () => {
  it('503 unavailable while it is cut off, and 200 once it is back', async () => {
    proxy.cut();
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.get('/users/me')));
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['503 unavailable']));
    proxy.mend();
    await recovers(owner);
  });

  it('503 unavailable while the network is frozen, not closed, and 200 once it is not', async () => {
    proxy.freeze();
    expect(codeOf(await owner.get('/users/me'))).toBe('503 unavailable');
    expect(codeOf(await owner.post('/projects', { name: 'Never' }))).toBe('503 unavailable');
    proxy.mend();
    await recovers(owner);
    const { body } = await world.owner.get('/projects');
    expect(body.data).toEqual([]);
  });

  it('503 unavailable when the answer to the commit is lost: refused, counted and recorded, and not sent again', async () => {
    const before = await usedEvents();
    // Another answer may be one to what seals and adds up events.
    proxy.loseNextAnswer('admitted');
    expect(codeOf(await owner.get('/users/me'))).toBe('503 unavailable');
    expect(await usedEvents()).toBe(before + 1);
    await recovers(owner);
  });

  it('503 unavailable when the answer to the commit of a change is lost, and its repetition finds it made, once', async () => {
    for (let tries = 0; ; tries += 1) {
      const key = owner.with({ 'idempotency-key': `try-${tries}` });
      const project = { name: `Project ${tries}`, slug: `project-${tries}` };
      proxy.loseNextAnswer('COMMIT');
      const first = codeOf(await key.post('/projects', project));
      await recovers(owner);
      // The commit may have been another's, of an instance that seals events.
      if (first === '201 ok') continue;
      expect(first).toBe('503 unavailable');
      const { status, body } = await key.post('/projects', project);
      expect(status).toBe(201);
      const { body: projects } = await world.owner.get('/projects?limit=100');
      expect(projects.data).toHaveLength(tries + 1);
      expect(projects.data[0]).toEqual(body);
      return;
    }
  });

  it('503 unavailable and no side effect when the audit log cannot be written', async () => {
    await world.server.sql('ALTER TABLE audit_event RENAME TO elsewhere');
    expect(codeOf(await owner.post('/projects', { name: 'Never' }))).toBe('503 unavailable');
    await world.server.sql('ALTER TABLE elsewhere RENAME TO audit_event');
    await recovers(owner);
    const { body } = await world.owner.get('/projects');
    expect(body.data).toEqual([]);
  });
});

describe('an organization whose gate is held by a slow change', () => {
  it('does not hold up the others', async () => {
    const other = await world.otherOrganization();
    const holder = new pg.Client({ connectionString: world.server.config.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM gate WHERE id = $1 FOR UPDATE', [world.organizationId]);
    const held = Array.from({ length: 20 }, () => world.owner.get('/users/me'));
    const free = Array.from({ length: 20 }, () => other.owner.get('/users/me'));
    expect(new Set((await Promise.all(free)).map(codeOf))).toEqual(new Set(['200 ok']));
    expect(new Set((await Promise.all(held)).map(codeOf))).toEqual(new Set(['503 unavailable']));
    await holder.query('ROLLBACK');
    await holder.end();
    expect((await world.owner.get('/users/me')).status).toBe(200);
  });
});
