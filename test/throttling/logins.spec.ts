import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, type Answer } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { outcome } from '../harness/outcome.js';
import { startProxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const guess = (client: Client): Promise<Answer> =>
  client.post('/auth/login', { email: `${randomUUID()}@example.com`, password: 'a guess' });

const tally = (answers: readonly Answer[]) => {
  const outcomes = answers.map(outcome);
  return Object.fromEntries(
    [...new Set(outcomes)].map((name) => [name, outcomes.filter((other) => other === name).length]),
  );
};

/** Lets the database's clock stand still until {@link pass}. */
function stopClock(): Promise<unknown> {
  return world.server.sql(`DO $$ BEGIN
    CREATE TABLE hand_moved_clock AS SELECT now() AS at;
    CREATE OR REPLACE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'SELECT at FROM hand_moved_clock';
  END $$`);
}

/** Moves the database's clock on. */
function pass(milliseconds: number): Promise<unknown> {
  return world.server.sql(`UPDATE hand_moved_clock SET at = at + $1 * interval '1 ms'`, [
    milliseconds,
  ]);
}

describe('logins from one address', () => {
  it('exactly 20 of 120 parallel ones over 3 instances are answered other than 429', async () => {
    const clients = (await world.instances(3)).map((client) => client('').with({}));
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, i) => guess(clients[i % 3] as Client)),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(100);
    for (const { headers } of limited)
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('never more than 20 in any 60 seconds, also with bursts at the edges of a window over 2 instances', async () => {
    const clients = (await world.instances(2)).map((client) => client(''));
    await stopClock();
    const admitted: number[] = [];
    let now = 0;
    for (const gap of [0, 30_000, 29_999, 1, 29_999, 1, 30_000, 59_999, 1, 60_000]) {
      now += gap;
      await pass(gap);
      const calls = Array.from({ length: 15 }, (_, i) => guess(clients[i % 2] as Client));
      const through = (await Promise.all(calls)).filter(({ status }) => status === 401);
      admitted.push(...through.map(() => now));
    }
    for (const start of admitted) {
      const within = admitted.filter((moment) => moment >= start && moment < start + 60_000);
      expect(within.length).toBeLessThanOrEqual(20);
    }
    expect(admitted.length).toBeGreaterThan(60);
  });

  it('429 with a Retry-After after which the next one is let through, whatever came in between', async () => {
    const client = world.client(null);
    await stopClock();
    for (let i = 0; i < 20; i += 1) {
      expect(outcome(await guess(client))).toBe('401 invalid_credentials');
      await pass(1);
    }
    const refused = await guess(client);
    expect(outcome(refused)).toBe('429 rate_limit_exceeded');
    expect(refused.headers.get('retry-after')).toBe('60');
    await pass(59_979);
    const last = await guess(client);
    expect([outcome(last), last.headers.get('retry-after')]).toEqual([
      '429 rate_limit_exceeded',
      '1',
    ]);
    await pass(1);
    expect(outcome(await guess(client))).toBe('401 invalid_credentials');
    expect(outcome(await guess(client))).toBe('429 rate_limit_exceeded');
  });
});

describe('503 unavailable, and no login is tried', () => {
  it('while the database is away', async () => {
    const restore = await cutOff(world.server);
    const answers = await Promise.all(Array.from({ length: 30 }, () => guess(world.client(null))));
    expect(tally(answers)).toEqual({ '503 unavailable': 30 });
    await restore();
    expect(outcome(await guess(world.client(null)))).toBe('401 invalid_credentials');
  });

  it('while the network to it is frozen, not closed', async () => {
    const proxy = await startProxy(world.server.config.databaseUrl);
    const client = new Client(await world.server.sibling(proxy.url), null);
    expect(outcome(await guess(client))).toBe('401 invalid_credentials');
    proxy.freeze();
    expect(outcome(await guess(client))).toBe('503 unavailable');
    proxy.mend();
    expect(outcome(await guess(client))).toBe('401 invalid_credentials');
    await proxy.close();
  });

  it('when calls cannot be counted', async () => {
    await world.server.sql('ALTER TABLE address_calls RENAME TO elsewhere');
    expect(outcome(await guess(world.client(null)))).toBe('503 unavailable');
  });
});
