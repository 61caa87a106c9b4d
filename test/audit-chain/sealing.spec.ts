import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FreshEvents } from '../../dist/src/access/audit-chain/fresh-events.js';
import { Sealer } from '../../dist/src/access/audit-chain/sealer.js';
import { SealingRepository } from '../../dist/src/access/audit-chain/sealing.repository.js';
import { createDataSource } from '../../dist/src/platform/database/data-source.js';
import { Database } from '../../dist/src/platform/database/database.js';
import { World } from '../harness/world.js';
import { expectedHash, readLog, sealedLog, unlinked } from './audit-log.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

/** Blocks of an organization, each with the end that the next must begin with. */
function blocks(organizationId: string) {
  return world.server.sql<{ first: number; last: number; previous: string; end: string }>(
    `SELECT first_seq::int AS first, last_seq::int AS last, encode(previous_hash, 'hex') AS previous,
       encode(substring(hashes FROM length(hashes) - 31), 'hex') AS end
     FROM chain_block WHERE organization_id = $1 ORDER BY last_seq`,
    [organizationId],
  );
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.server.config.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  return client;
}

describe('the chain of an organization', () => {
  it('holds every event, each hashed with the one before, while 64 callers write over 2 instances', async () => {
    const { key } = await world.key();
    const instances = await world.instances(2);
    const clients = instances.map((client) => client(key.secret));
    await Promise.all(
      Array.from({ length: 64 }, async (_, i) => {
        for (let calls = 0; calls < 10; calls += 1) await clients[i % 2]?.get('/users/me');
        if (i % 16 === 0) await world.project();
      }),
    );
    const log = await sealedLog(world.owner);
    expect(log.length).toBeGreaterThan(640);
    expect(unlinked(log)).toEqual([]);
  });

  it('holds what the limit refused as it is shown, many calls in one event', async () => {
    const { client } = await world.key();
    const limitTo = (rate_limit_per_minute: number) =>
      world.platform.patch(`/organizations/${world.organizationId}`, { rate_limit_per_minute });
    expect((await limitTo(5)).status).toBe(200);
    await Promise.all(Array.from({ length: 40 }, () => client.get('/users/me')));
    expect((await limitTo(100_000)).status).toBe(200);
    const log = await sealedLog(world.owner);
    const refused = log.filter(({ code }) => code === 'rate_limit_exceeded');
    expect(Math.max(...refused.map(({ count = 1 }) => count))).toBeGreaterThan(1);
    expect(unlinked(log)).toEqual([]);
  });

  it('is one for each organization, and one for the operator', async () => {
    const other = await world.otherOrganization();
    for (const reader of [world.owner, other.owner, world.platform])
      expect(unlinked(await sealedLog(reader))).toEqual([]);
  });

  it('shows the same hashes when an event is read alone', async () => {
    const [first, second] = await sealedLog(world.owner);
    expect((await world.owner.get(`/audit-events/${first?.id}`)).body).toEqual(first);
    expect((await world.owner.get(`/audit-events/${second?.id}`)).body).toEqual(second);
  });

  it('shows hashes of null until an event is sealed', async () => {
    const sealer = await connected();
    await sealedLog(world.owner);
    await sealer.query('BEGIN');
    await sealer.query('SELECT 1 FROM chain_head FOR UPDATE');
    await world.project('Unsealed');
    const { body } = await world.owner.get('/audit-events?action=project.created');
    expect(body.data[0]).toMatchObject({ previous_hash: null, hash: null });
    await sealer.end();
    expect(unlinked(await sealedLog(world.owner))).toEqual([]);
  });

  it('does not fork or skip when many instances seal at once', async () => {
    const { key } = await world.key();
    const clients = (await world.instances(4)).map((client) => client(key.secret));
    await Promise.all(
      clients.map(async (client) => {
        while ((await blocks(world.organizationId)).length < 5) await client.get('/users/me');
      }),
    );
    await sealedLog(world.owner);
    const found = await blocks(world.organizationId);
    expect(found.map((block) => block.first)).toEqual([
      1,
      ...found.slice(0, -1).map((block) => block.last + 1),
    ]);
    expect(found.map((block) => block.previous)).toEqual([
      '00'.repeat(32),
      ...found.slice(0, -1).map((block) => block.end),
    ]);
  });

  it('tells of an event that was changed after it was sealed: its hash is no longer that of its content', async () => {
    const log = await sealedLog(world.owner);
    await world.server.sql(
      `UPDATE audit_event SET actor_name = 'Mallory' WHERE organization_id = $1 AND seq = 2`,
      [world.organizationId],
    );
    const tampered = (await readLog(world.owner)).slice(0, log.length);
    const wrong = tampered.filter((event) => event.hash !== expectedHash(event));
    expect(wrong.map((event) => event.seq)).toEqual([2]);
  });

  it('is not continued past an event that is gone, and that holds up no other organization', async () => {
    await sealedLog(world.owner);
    const sealer = await connected();
    await sealer.query('BEGIN');
    const { rows } = await sealer.query<{ seq: string }>(
      'SELECT seq FROM chain_head WHERE organization_id = $1 FOR UPDATE',
      [world.organizationId],
    );
    await world.project();
    const gone = await world.server.sql<{ seq: string }>(
      `DELETE FROM audit_event WHERE organization_id = $1 AND seq > $2 AND action = 'project.created'
       RETURNING seq`,
      [world.organizationId, rows[0]?.seq],
    );
    await sealer.end();
    const other = await world.otherOrganization();
    expect(unlinked(await sealedLog(other.owner))).toEqual([]);
    expect((await blocks(world.organizationId)).at(-1)?.last).toBe(Number(gone[0]?.seq) - 1);
  });
});

describe('a sealer that is in the middle of its work', () => {
  it('holds up no call and no revoke', async () => {
    const { key, client } = await world.key();
    await client.get('/users/me');
    await sealedLog(world.owner);
    const sealer = await connected();
    await sealer.query('BEGIN');
    await sealer.query('SELECT 1 FROM chain_head FOR UPDATE');
    expect((await client.get('/users/me')).status).toBe(200);
    expect((await world.owner.delete(`/api-keys/${key.id}`)).status).toBe(204);
    expect((await client.get('/users/me')).status).toBe(401);
    await sealer.end();
  });

  it('and dies leaves nothing behind: another goes on where the last whole block ends', async () => {
    await sealedLog(world.owner);
    const sealer = await connected();
    await sealer.query('BEGIN');
    await sealer.query(
      `UPDATE chain_head SET seq = seq + 1, hash = '\\xff' WHERE organization_id = $1`,
      [world.organizationId],
    );
    await world.project();
    await world.server.sql(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE state = 'idle in transaction' AND query LIKE '%xff%' AND datname = current_database()`,
    );
    expect(unlinked(await sealedLog(world.owner))).toEqual([]);
  });

  it('does not wait for a gate that a slow change holds', async () => {
    await world.project();
    const holder = await connected();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM gate FOR UPDATE');
    const [gate] = await world.server.sql<{ seq: number }>(
      'SELECT seq::int FROM gate WHERE id = $1',
      [world.organizationId],
    );
    for (;;) {
      const last = (await blocks(world.organizationId)).at(-1)?.last;
      if (last === gate?.seq) break;
    }
    await holder.end();
    expect(unlinked(await sealedLog(world.owner))).toEqual([]);
  });
});

/** Seals when it is told to, and as often. */
class ToldSealer extends Sealer {
  look(): Promise<number> {
    return this.work();
  }
}

describe('a log that a sealer passes over, since another instance is sealing it', () => {
  it('is looked at again until all of it is sealed, though nothing more is written to it', async () => {
    await sealedLog(world.owner);
    const { config } = world.server;
    const dataSource = await createDataSource(config.databaseUrl).initialize();
    const repository = new SealingRepository(new Database(dataSource), config);
    const fresh = new FreshEvents();
    const sealer = new ToldSealer(repository, fresh);
    await sealer.look();
    const other = await connected();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM chain_head WHERE organization_id = $1 FOR UPDATE', [
      world.organizationId,
    ]);
    const seq = await recordUnseen();
    fresh.mention(world.organizationId);
    for (let looks = 0; looks < 3; looks += 1) await sealer.look();
    await other.query('ROLLBACK');
    await sealer.look();
    expect((await blocks(world.organizationId)).at(-1)?.last).toBe(seq);
    await other.end();
    await repository.onApplicationShutdown();
    await dataSource.destroy();
  });

  /** Records an event of which no instance knows, and gives its number. */
  async function recordUnseen(): Promise<number | undefined> {
    const [event] = await world.server.sql<{ seq: number }>(
      `WITH moved AS (UPDATE gate SET seq = seq + 1 WHERE id = $1 RETURNING seq), last AS (
         SELECT * FROM audit_event WHERE organization_id = $1 ORDER BY seq DESC LIMIT 1)
       INSERT INTO audit_event SELECT event.* FROM moved CROSS JOIN last, jsonb_populate_record(
         NULL::audit_event, to_jsonb(last) || jsonb_build_object('seq', moved.seq, 'occurred_at', now())) AS event
       RETURNING seq::int`,
      [world.organizationId],
    );
    return event?.seq;
  }
});
