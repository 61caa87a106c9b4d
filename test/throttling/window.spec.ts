import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../dist/src/platform/database/database.js';
import { AddressCallsRepository } from '../../dist/src/platform/throttling/address-calls.repository.js';
import { startServer, type TestServer } from '../harness/server.js';

const second = 1_000_000;
/** The window in microseconds, which is as fine as the database's time. */
const ttl = 60 * second;

let server: TestServer;
let clock: pg.Client;
let storage: AddressCallsRepository;
beforeAll(async () => {
  server = await startServer();
  clock = new pg.Client({ connectionString: server.config.databaseUrl });
  await clock.connect();
  await clock.query(`CREATE TABLE hand_moved_clock AS SELECT now() AS at;
    CREATE OR REPLACE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT at FROM hand_moved_clock'`);
  const rows = (sql: string) => server.sql(sql);
  storage = new AddressCallsRepository(server.config, { rows } as Database);
});
afterAll(async () => {
  await storage.onApplicationShutdown();
  await clock.end();
  await server.close();
});

let keys = 0;
const newKey = () => `key ${(keys += 1)}`;

/** Sets the database's clock, in microseconds, and counts a call. */
async function count(key: string, now: number, limit: number) {
  await setClock(now);
  return storage.increment(key, ttl / 1000, limit);
}

async function setClock(now: number): Promise<void> {
  await clock.query(
    `UPDATE hand_moved_clock SET at = 'epoch'::timestamptz + $1 * interval '1 us'`,
    [now],
  );
}

/** The rule in its plainest form. */
class Model {
  readonly admitted: number[] = [];

  constructor(private readonly limit: number) {}

  /** Microseconds until a call is let through; 0 when it was. */
  count(at: number): number {
    const now = Math.max(at, this.admitted.at(-1) ?? at);
    const within = this.admitted.filter((call) => call > now - ttl);
    if (within.length < this.limit) {
      this.admitted.push(now);
      return 0;
    }
    return (within.at(-this.limit) ?? now) + ttl - now;
  }
}

/** Waits that end right at, or right beside, the end of a window; clocks may also go back. */
const edges = fc.constantFrom(ttl - 1, ttl, ttl + 1, ttl / 2, ttl / 2 - 1, ttl / 3, -second);
const gapsBetween = fc.array(
  fc.oneof(fc.constant(0), fc.nat(20 * second), fc.nat(90 * second), edges),
  {
    minLength: 1,
    maxLength: 40,
  },
);
const limits = fc.integer({ min: 1, max: 6 });
/** How many calls are made at once. */
const bursts = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 })), {
  minLength: 40,
  maxLength: 40,
});

describe('the sliding window of an address', () => {
  it('lets through what the plainest form of the rule does, and tells the same seconds', async () => {
    await fc.assert(
      fc.asyncProperty(gapsBetween, bursts, limits, async (gaps, sizes, limit) => {
        const [key, model] = [newKey(), new Model(limit)];
        let now = 0;
        for (const [place, gap] of gaps.entries()) {
          now = Math.max(0, now + gap);
          await setClock(now);
          const calls = Array.from({ length: sizes[place] ?? 1 }, () =>
            storage.increment(key, ttl / 1000, limit),
          );
          for (const { isBlocked, timeToBlockExpire } of await Promise.all(calls)) {
            const wait = model.count(now);
            expect([isBlocked, timeToBlockExpire]).toEqual([wait > 0, Math.ceil(wait / second)]);
          }
        }
        for (const start of model.admitted) {
          const within = model.admitted.filter((call) => call >= start && call < start + ttl);
          expect(within.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets a lone client through that waits the seconds it was told', async () => {
    await fc.assert(
      fc.asyncProperty(gapsBetween, limits, async (gaps, limit) => {
        const key = newKey();
        let now = 0;
        for (const gap of gaps) {
          now += Math.max(0, gap);
          const first = await count(key, now, limit);
          if (!first.isBlocked) continue;
          now += first.timeToBlockExpire * second;
          expect((await count(key, now, limit)).isBlocked).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('tells how many calls stand in the window and when the oldest leaves it', async () => {
    const key = newKey();
    expect(await count(key, 0, 2)).toMatchObject({ totalHits: 1, timeToExpire: 60 });
    expect(await count(key, 20.5 * second, 2)).toMatchObject({ totalHits: 2, timeToExpire: 40 });
    const blocked = { totalHits: 2, isBlocked: true, timeToBlockExpire: 40 };
    expect(await count(key, 20.5 * second, 2)).toMatchObject(blocked);
  });

  it('obeys a limit that was lowered, and still lets through who waits as told', async () => {
    const key = newKey();
    for (let i = 0; i < 5; i += 1) await count(key, i * second, 5);
    const { isBlocked, timeToBlockExpire } = await count(key, 5 * second, 2);
    expect([isBlocked, timeToBlockExpire]).toEqual([true, 58]);
    expect((await count(key, 63 * second, 2)).isBlocked).toBe(false);
    expect((await count(key, 63 * second, 2)).isBlocked).toBe(true);
  });
});

describe('calls that are counted together', () => {
  it('count each in its own row, window and limit, and get their own verdicts', async () => {
    await setClock(0);
    const [one, other] = [newKey(), newKey()];
    const verdicts = await Promise.all([
      storage.increment(one, 60_000, 2),
      storage.increment(other, 30_000, 1),
      storage.increment(one, 60_000, 2),
      storage.increment(other, 30_000, 1),
      storage.increment(one, 60_000, 2),
    ]);
    const waits = verdicts.map(({ timeToBlockExpire }) => timeToBlockExpire);
    expect(waits).toEqual([0, 0, 0, 30, 60]);
  });

  it('over two connections, in any order, never wait for each other crosswise', async () => {
    await setClock(0);
    const rows = (sql: string) => server.sql(sql);
    const sibling = new AddressCallsRepository(server.config, { rows } as Database);
    const names = Array.from({ length: 200 }, newKey);
    const countingBy = async (one: AddressCallsRepository, order: readonly string[]) => {
      let admitted = 0;
      for (let rounds = 0; rounds < 20; rounds += 1) {
        const verdicts = await Promise.all(order.map((key) => one.increment(key, 60_000, 30)));
        admitted += verdicts.filter(({ isBlocked }) => !isBlocked).length;
      }
      return admitted;
    };
    const sums = await Promise.all([
      countingBy(storage, names),
      countingBy(sibling, names.toReversed()),
    ]);
    expect((sums[0] ?? 0) + (sums[1] ?? 0)).toBe(names.length * 30);
    await sibling.onApplicationShutdown();
  });
});

describe('the rows of addresses', () => {
  it('hold no more moments than the limit, however many calls are made', async () => {
    const key = newKey();
    for (let i = 0; i < 200; i += 1) await count(key, i * second, 3);
    const rows = await server.sql('SELECT cardinality(calls) FROM address_calls WHERE key = $1', [
      key,
    ]);
    expect(rows).toEqual([{ cardinality: 3 }]);
  });

  it('are forgotten once their window is over, and not before', async () => {
    await server.sql('DELETE FROM address_calls');
    await count('early', 0, 1);
    await count('late', second, 1);
    await count('other', ttl, 1);
    await storage.forget();
    const rows = await server.sql<{ key: string }>('SELECT key FROM address_calls ORDER BY key');
    expect(rows.map(({ key }) => key)).toEqual(['late', 'other']);
    expect((await count('late', ttl, 1)).isBlocked).toBe(true);
  });

  it('are forgotten without waiting for one that is being counted', async () => {
    await server.sql('DELETE FROM address_calls');
    await count('held', 0, 1);
    await count('free', 0, 1);
    await count('other', 2 * ttl, 1);
    await clock.query(`BEGIN; SELECT 1 FROM address_calls WHERE key = 'held' FOR UPDATE`);
    await storage.forget();
    await clock.query('COMMIT');
    const rows = await server.sql<{ key: string }>('SELECT key FROM address_calls ORDER BY key');
    expect(rows.map(({ key }) => key)).toEqual(['held', 'other']);
  });
});
