import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLog, sealedLog, unlinked } from '../audit-chain/audit-log.js';
import { Client, outcome, type Json } from '../harness/client.js';
import { password, World } from '../harness/world.js';
import { holding, letDaysPass, partitionOf, partitions } from './storage.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const ready = async (url = world.server.url) =>
  outcome(await new Client({ url }, null).get('//health/ready'));

describe('the audit log over several weeks', () => {
  it('is kept by week, read as one, and chained across the weeks', async () => {
    const names: string[] = [];
    for (const days of [0, 7, 14]) {
      await letDaysPass(world, days);
      await world.project();
      await world.project();
      names.push(await partitionOf(world));
    }
    const log = await sealedLog(world.owner);
    expect(unlinked(log)).toEqual([]);
    const rows = await world.server.sql<{ name: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS name FROM audit_event ORDER BY name',
    );
    expect(rows.map(({ name }) => name)).toEqual(names);
  });

  it('is sealed from one week to the next, whatever part had been sealed before', async () => {
    for (const days of [0, 7, 14]) {
      await letDaysPass(world, days);
      await world.project();
      expect(unlinked(await sealedLog(world.owner))).toEqual([]);
    }
  });

  it('gives pages and filtered pages across the weeks that hold every event once', async () => {
    for (const days of [0, 7, 14]) {
      await letDaysPass(world, days);
      for (let made = 0; made < 3; made += 1) await world.project();
    }
    const log = await readLog(world.owner);
    const pages = async (query: string) => {
      const seqs: number[] = [];
      for (let cursor = ''; ;) {
        const { body } = await world.owner.get(`/audit-events?limit=2&${query}${cursor}`);
        seqs.push(...body.data.map((event: Json) => event.seq));
        if (!body.has_more) return seqs.toReversed();
        cursor = `&cursor=${body.next_cursor}`;
      }
    };
    const newest = log.at(-1)?.occurred_at ?? '';
    const seqs = (events: typeof log) => events.map((event) => event.seq);
    expect(await pages(`to=${newest}`)).toEqual(seqs(log.slice(0, -1)));
    const made = log.filter((event) => event.action === 'project.created');
    expect(made).toHaveLength(9);
    expect(await pages('action=project.created')).toEqual(seqs(made));
    const [from, to] = [made[2]?.occurred_at ?? '', made[7]?.occurred_at ?? ''];
    expect(await pages(`action=project.created&from=${from}&to=${to}`)).toEqual(
      seqs(made.slice(2, 7)),
    );
  });

  it('counts the calls of a key over all of it, sealed or not', async () => {
    const { key, client } = await world.key();
    const count = async () => (await world.owner.get(`/api-keys/${key.id}`)).body.request_count;
    for (const weeks of [0, 1, 2]) {
      await letDaysPass(world, 7 * weeks);
      for (let calls = 0; calls < 3; calls += 1) await client.get('/users/me');
      expect(await count()).toBe(3 * weeks + 3);
      await sealedLog(world.owner);
      expect(await count()).toBe(3 * weeks + 3);
    }
  });

  it('finds an event by its id in whatever week it was', async () => {
    const first = (await readLog(world.owner))[0];
    await letDaysPass(world, 14);
    await world.project();
    const found = await world.owner.get(`/audit-events/${first?.id}`);
    expect(found.body).toMatchObject({ id: first?.id, seq: 1 });
  });
});

describe('the weeks to come', () => {
  it('have partitions from the start: 4 after this one', async () => {
    const days = [0, 7, 14, 21, 28];
    const names = await Promise.all(days.map((ahead) => partitionOf(world, ahead)));
    // The database that the tests copy may have been made before the week began, and then has that week too.
    const made = [await partitionOf(world, -7), ...names];
    expect([names, made]).toContainEqual(await partitions(world));
  });

  it('503 unavailable at /health/ready when the next 7 days are not covered, 200 once they are', async () => {
    await world.server.sql(`DROP TABLE ${await partitionOf(world, 14)}`);
    expect(await ready()).toBe('200');
    await world.server.sql(`DROP TABLE ${await partitionOf(world, 7)}`);
    expect(await ready()).toBe('503 unavailable');
    expect(outcome(await world.owner.get('/users/me'))).toBe('200');
    await world.server.sibling();
    expect(await ready()).toBe('200');
  });

  it('are made once by instances that start at the same time', async () => {
    const before = await partitions(world);
    await letDaysPass(world, 21);
    const siblings = Array.from({ length: 3 }, () => world.server.sibling());
    for (const { url } of await Promise.all(siblings)) expect(await ready(url)).toBe('200');
    const added = await Promise.all([14, 21, 28].map((ahead) => partitionOf(world, ahead)));
    expect(await partitions(world)).toEqual([...before, ...added]);
  });

  it('are made while others read and write the log, and hold up neither', async () => {
    await letDaysPass(world, 21);
    const reader = await holding(world, 'SELECT count(*) FROM audit_event');
    const writer = await holding(world, 'UPDATE audit_event SET count = count WHERE seq = 1');
    await world.server.sibling();
    expect(await partitions(world)).toContain(await partitionOf(world, 28));
    expect(outcome(await world.owner.post('/projects', { name: 'Meanwhile' }))).toBe('201');
    await Promise.all([reader.end(), writer.end()]);
    expect(unlinked(await sealedLog(world.owner))).toEqual([]);
  });
});

describe('a week without a partition', () => {
  it('503 unavailable for calls, changes and logins, which have no effect, and 200 once it is made', async () => {
    const { email } = await world.human();
    await letDaysPass(world, 60);
    const calls = [
      world.owner.get('/users/me'),
      world.owner.post('/projects', { name: 'Never' }),
      world.client(null).post('/auth/login', { email, password }),
      world.client(null).get('//health/ready'),
    ];
    const answers = await Promise.all(calls);
    expect(answers.map(outcome)).toEqual(answers.map(() => '503 unavailable'));
    expect(await world.server.sql('SELECT 1 FROM session')).toEqual([]);
    await world.server.sibling();
    expect(await ready()).toBe('200');
    expect((await world.owner.get('/projects')).body.data).toEqual([]);
    expect(unlinked(await sealedLog(world.owner))).toEqual([]);
  });
});
