import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/access/audit-chain/verify-chain.js';
import { allCounted, readLog, sealedLog } from '../audit-chain/audit-log.js';
import type { Client } from '../harness/client.js';
import { World } from '../harness/world.js';
import {
  checkpointsIn,
  comesTo,
  everythingIsSealed,
  letDaysPass,
  partitionOf,
  partitions,
  stateOf,
} from './storage.js';

const retentionDays = 30;

let world: World;
beforeEach(async () => {
  world = await World.start({ auditRetentionDays: retentionDays });
});
afterEach(() => world.close());

/** Lets so many days pass and starts an instance, which drops what is too old by then. */
async function startAfter(days: number): Promise<void> {
  await everythingIsSealed(world);
  await letDaysPass(world, days);
  await world.server.sibling();
}

/** What is wrong with a log, by the checkpoints that were kept of it. */
async function problems(reader: Client, organizationId: string | null) {
  const checkpoints = await checkpointsIn(world.server.config.dataDir, organizationId);
  const publicKey = createPublicKey(world.server.signingKey);
  const log = await sealedLog(reader);
  return { all: verifyChain(log, checkpoints, publicKey), blind: verifyChain(log, [], publicKey) };
}

async function truncations() {
  const { body } = await world.platform.get('/audit-events?action=audit_log.truncated');
  return body.data;
}

describe('a week that is older than AUDIT_RETENTION_DAYS', () => {
  it('is dropped, and what is left is verified from the checkpoint of the last event that is gone', async () => {
    const other = await world.otherOrganization();
    const old = await partitionOf(world);
    const readers = [
      [world.owner, world.organizationId],
      [other.owner, other.id],
      [world.platform, null],
    ] as const;
    const before = await Promise.all(readers.map(([reader]) => sealedLog(reader)));
    await startAfter(60);
    await comesTo(world, old, 'gone');
    for (const [index, [reader, id]] of readers.entries()) {
      const [first] = await readLog(reader);
      expect(first?.seq).toBeGreaterThan(before[index]?.at(-1)?.seq ?? Infinity);
      const { all, blind } = await problems(reader, id);
      expect(all).toEqual([]);
      expect(blind).not.toEqual([]);
    }
  });

  it('leaves the weeks after it as they are', async () => {
    const old = await partitionOf(world);
    await letDaysPass(world, 21);
    const { id } = await world.project();
    const log = await sealedLog(world.owner);
    const kept = log.filter((event) => event.target?.id === id);
    await startAfter(45);
    await comesTo(world, old, 'gone');
    expect((await readLog(world.owner))[0]?.seq).toBeLessThanOrEqual(kept[0]?.seq ?? 0);
    const { body } = await world.owner.get(`/audit-events?action=project.created`);
    expect(body.data).toEqual(kept);
    expect((await problems(world.owner, world.organizationId)).all).toEqual([]);
  });

  it('is told of in the operator’s log: which it was, and how many events were in it', async () => {
    const old = await partitionOf(world);
    await sealedLog(world.owner);
    await sealedLog(world.platform);
    const [row] = await world.server.sql<{ count: number }>(
      `SELECT count(*)::int FROM ${old} AS event`,
    );
    await startAfter(60);
    await comesTo(world, old, 'gone');
    const [, year, month, day] = /(\d{4})(\d\d)(\d\d)$/.exec(old) ?? [];
    const monday = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const next = new Date(monday + 7 * 24 * 3_600_000).toISOString();
    expect(await truncations()).toMatchObject([
      {
        actor: { type: 'system', id: null, name: 'latchkey' },
        target: { type: 'audit_log', id: old },
        changes: { begins_at: [new Date(monday).toISOString(), next], events: [row?.count, 0] },
      },
    ]);
  });

  it('takes the hashes of its events with it, and no others', async () => {
    const old = await partitionOf(world);
    const last = (await sealedLog(world.owner)).at(-1)?.seq ?? 0;
    await startAfter(60);
    await comesTo(world, old, 'gone');
    await sealedLog(world.owner);
    const rows = await world.server.sql<{ first: number; last: number }>(
      `SELECT min(first_seq)::int AS first, max(last_seq)::int AS last FROM chain_block
       WHERE organization_id = $1`,
      [world.organizationId],
    );
    expect(rows[0]?.last).toBeGreaterThan(last);
    expect(rows[0]?.first).toBe((await readLog(world.owner))[0]?.seq);
  });

  it('leaves the totals of use as they were', async () => {
    const { key, client } = await world.key();
    for (let calls = 0; calls < 3; calls += 1) await client.get('/users/me');
    const old = await partitionOf(world);
    await sealedLog(world.owner);
    await allCounted(world);
    const totals = () =>
      world.server.sql('SELECT * FROM usage_day WHERE credential_id = $1', [key.id]);
    const before = [(await world.owner.get(`/api-keys/${key.id}`)).body, await totals()];
    await startAfter(60);
    await comesTo(world, old, 'gone');
    expect([(await world.owner.get(`/api-keys/${key.id}`)).body, await totals()]).toEqual(before);
    await client.get('/users/me');
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.request_count).toBe(4);
  });

  it('is dropped once, whatever number of instances start at the same time', async () => {
    const weeks = [await partitionOf(world), await partitionOf(world, 7)];
    await sealedLog(world.owner);
    await letDaysPass(world, 7);
    await sealedLog(world.owner);
    await everythingIsSealed(world);
    await letDaysPass(world, 60);
    await Promise.all(Array.from({ length: 3 }, () => world.server.sibling()));
    for (const week of weeks) await comesTo(world, week, 'gone');
    const told = (await truncations()).map((event: { target: { id: string } }) => event.target.id);
    expect(told.slice(-2)).toEqual(weeks.toReversed());
    expect(new Set(told).size).toBe(told.length);
    expect((await problems(world.owner, world.organizationId)).all).toEqual([]);
  });
});

describe('a week that is to be kept', () => {
  it('is one whose last day is younger', async () => {
    const old = await partitionOf(world);
    await sealedLog(world.owner);
    await startAfter(retentionDays);
    await world.server.sibling();
    expect(await stateOf(world, old)).toBe('attached');
    await startAfter(retentionDays + 7);
    await comesTo(world, old, 'gone');
  });

  it('is every one where AUDIT_RETENTION_DAYS is not set', async () => {
    const unlimited = await World.start();
    const all = await partitions(unlimited);
    await letDaysPass(unlimited, 20_000);
    await unlimited.server.sibling();
    await unlimited.server.sibling();
    expect((await partitions(unlimited)).slice(0, all.length)).toEqual(all);
    await unlimited.close();
  });

  it('is one that the operator has detached', async () => {
    const [mine, old] = [await partitionOf(world), await partitionOf(world, 7)];
    await sealedLog(world.owner);
    await letDaysPass(world, 7);
    await sealedLog(world.owner);
    await world.server.sql(`ALTER TABLE audit_event DETACH PARTITION ${mine}`);
    await startAfter(60);
    await comesTo(world, old, 'gone');
    expect(await stateOf(world, mine)).toBe('detached');
  });
});
