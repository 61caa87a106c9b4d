import { createPublicKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/access/audit-chain/verify-chain.js';
import { sealedLog } from '../audit-chain/audit-log.js';
import { outcome } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Premises } from '../start/latchkey-process.js';
import {
  checkpointsIn,
  comesTo,
  everythingIsSealed,
  holding,
  letDaysPass,
  partitionOf,
  stateOf,
} from './storage.js';

let world: World;
let premises: Premises;
/** A week that is too old by the end of the setup. */
let old: string;
beforeEach(async () => {
  premises = await Premises.open();
  world = await World.start();
  old = await partitionOf(world);
  await world.project();
  await everythingIsSealed(world);
  await letDaysPass(world, 60);
  await world.server.sibling();
});
afterEach(async () => {
  await world.close();
  await premises.close();
});

/** Starts an instance that drops what is older than 30 days, as a process of its own. */
function start() {
  const { databaseUrl, keyPeppers } = world.server.config;
  const { signingKey } = world.server;
  return premises.start({
    DATABASE_URL: databaseUrl,
    KEY_PEPPER: keyPeppers.join(','),
    SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
    HOST: '127.0.0.1',
    RATE_LIMIT_PER_MINUTE: '100000',
    AUDIT_RETENTION_DAYS: '30',
  });
}

/** What is left is verified from the checkpoints, and it was told once what went. */
async function expectDroppedOnce(): Promise<void> {
  await comesTo(world, old, 'gone');
  const checkpoints = await checkpointsIn(premises.dataDir, world.organizationId);
  const publicKey = createPublicKey(world.server.signingKey);
  const log = await sealedLog(world.owner);
  expect(log[0]?.seq).toBeGreaterThan(1);
  expect(verifyChain(log, checkpoints, publicKey)).toEqual([]);
  const { body } = await world.platform.get('/audit-events?action=audit_log.truncated');
  expect(body.data).toHaveLength(1);
}

/** Ends the database's side of whatever an instance had under way on a table, as a lost connection does. */
const cutOff = (statement: string) =>
  world.server.sql(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE $1`,
    [statement],
  );

describe('a reader in a long transaction', () => {
  it('holds up neither calls nor changes while a week is detached behind it, and sees it to its end', async () => {
    const reader = await holding(world, 'SELECT count(*) FROM audit_event');
    start();
    await comesTo(world, old, 'pending');
    const calls = Array.from({ length: 20 }, () => world.owner.get('/users/me'));
    expect(new Set((await Promise.all(calls)).map(outcome))).toEqual(new Set(['200']));
    expect(outcome(await world.owner.post('/projects', { name: 'Meanwhile' }))).toBe('201');
    expect(await stateOf(world, old)).toBe('pending');
    await reader.end();
    // The first instance may have given up waiting by now, and would try again in a minute.
    start();
    await expectDroppedOnce();
  });
});

describe('what was begun when an instance was killed', () => {
  it('and is half detached is finished by the next', async () => {
    const reader = await holding(world, 'SELECT count(*) FROM audit_event');
    const first = start();
    await comesTo(world, old, 'pending');
    await first.kill('SIGKILL');
    await cutOff('ALTER TABLE audit_event DETACH%');
    await reader.end();
    expect(await stateOf(world, old)).toBe('pending');
    start();
    await expectDroppedOnce();
  });

  it('and is detached, with its hashes half gone, is finished by the next', async () => {
    const holder = await holding(world, 'SELECT 1 FROM chain_block FOR UPDATE');
    const first = start();
    await comesTo(world, old, 'detached');
    await first.kill('SIGKILL');
    await cutOff('%DELETE FROM chain_block%');
    await holder.end();
    expect(await stateOf(world, old)).toBe('detached');
    start();
    await expectDroppedOnce();
  });

  it('and is not detached yet is dropped by the next', async () => {
    const holder = await holding(world, `LOCK TABLE ${old} IN SHARE MODE`);
    const first = start();
    await first.listening();
    await first.kill('SIGKILL');
    expect(await stateOf(world, old)).toBe('attached');
    await holder.end();
    start();
    await expectDroppedOnce();
  });
});

describe('nothing is dropped', () => {
  it('and a warning is logged where no checkpoint can be written', async () => {
    await writeFile(premises.dataDir, 'not a folder');
    const server = start();
    await server.stderr.match(/old audit events cannot be dropped yet/);
    expect(await stateOf(world, old)).toBe('attached');
    expect((await sealedLog(world.owner))[0]?.seq).toBe(1);
  });

  it('while events in it are not sealed', async () => {
    await world.server.sql(
      `INSERT INTO audit_event SELECT (json_populate_record(event, json_build_object('seq', seq + 1))).*
       FROM audit_event AS event WHERE organization_id = $1 AND tableoid = '${old}'::regclass
       ORDER BY seq DESC LIMIT 1`,
      [world.organizationId],
    );
    const server = start();
    await server.stderr.match(/events that are not sealed.*old audit events cannot be dropped yet/);
    expect(await stateOf(world, old)).toBe('attached');
  });
});
