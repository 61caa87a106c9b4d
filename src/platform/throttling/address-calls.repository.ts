import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Batches } from '../batches.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { DedicatedConnection } from '../database/dedicated-connection.js';
import { grouped } from '../grouped.js';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A call that is to be counted: under which name, in how many milliseconds, and how many are let through in those. */
interface AddressCall {
  readonly key: string;
  readonly ttl: number;
  readonly limit: number;
}

/** What became of the calls of one name, and the seconds until the next place is free. */
interface CountedRow {
  readonly key: string;
  readonly admitted: number;
  readonly count: number;
  readonly seconds: number;
}

const answerDeadlineMs = 1_800;
const mostWaiting = 10_000;

/**
 * Counts calls. `$1` holds the names and `$2` how many calls of each, `$3` is the window in milliseconds, `$4` the limit.
 *
 * A row keeps the moment of every call in the window, at most as many as the limit. What stands under `DO UPDATE` is
 * worked out from the row that this statement has locked, by a clock that is read after the lock and never goes back
 * for a row. So no window of that length, wherever it begins, holds more than the limit. Calls that are too many leave
 * no moment, and a client that waits until one leaves the window succeeds. Rows are locked in the order of their names, so
 * that no two instances wait for each other.
 */
const countCalls = `
INSERT INTO address_calls AS held (key, calls, admitted, over_at)
SELECT key, array_fill(now, ARRAY[admitted]), admitted, now + ttl
FROM (SELECT admission_clock() AS now, $3 * interval '1 ms' AS ttl) AS clock,
  (SELECT key, least(asked, $4) AS admitted FROM unnest($1::text[], $2::int[]) AS call (key, asked)) AS first
ORDER BY key
ON CONFLICT (key) DO UPDATE SET (calls, admitted, over_at) = (
  SELECT recent || array_fill(now, ARRAY[admitted]), admitted, now + ttl
  FROM (
    SELECT greatest(admission_clock(), held.calls[cardinality(held.calls)]) AS now, $3 * interval '1 ms' AS ttl
  ) AS clock
  CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT call FROM unnest(held.calls) AS call WHERE call > now - ttl ORDER BY call) AS recent
  ) AS window_of_calls
  CROSS JOIN LATERAL (
    SELECT least(excluded.admitted, greatest($4 - cardinality(recent), 0)) AS admitted
  ) AS room)
RETURNING key, admitted, cardinality(calls) AS count, ceil(extract(epoch FROM
  calls[greatest(cardinality(calls) - $4, 0) + 1] + $3 * interval '1 ms' - (over_at - $3 * interval '1 ms')
))::int AS seconds`;

/** The calls of addresses at public endpoints, counted for all instances together. */
@Injectable()
export class AddressCallsRepository implements ThrottlerStorage, OnApplicationShutdown {
  private readonly connection: DedicatedConnection;
  private readonly calls = new Batches(
    (calls: readonly AddressCall[]) => this.countAll(calls),
    mostWaiting,
  );

  constructor(
    @Inject(CONFIG) { databaseUrl }: Config,
    private readonly database: Database,
  ) {
    this.connection = new DedicatedConnection(databaseUrl, answerDeadlineMs);
  }

  /**
   * Counts a call, unless it is too many.
   *
   * @throws ApiError `unavailable` when it cannot be counted, for whatever reason
   */
  increment(key: string, ttl: number, limit: number): Promise<Counted> {
    return this.calls.join({ key, ttl, limit });
  }

  /** Forgets what has no call in its window any more. */
  async forget(): Promise<void> {
    await this.database.rows(
      `DELETE FROM address_calls WHERE key IN (
         SELECT key FROM address_calls WHERE over_at <= admission_clock() FOR UPDATE SKIP LOCKED)`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  /** Counts calls in their order, all that have one window and limit by one statement. */
  private async countAll(calls: readonly AddressCall[]): Promise<Counted[]> {
    const verdicts = new Map<AddressCall, Counted>();
    for (const alike of grouped(calls, ({ ttl, limit }) => `${ttl} ${limit}`).values()) {
      const byKey = grouped(alike, ({ key }) => key);
      for (const row of await this.count(byKey, alike[0] as AddressCall))
        for (const [place, call] of byKey.get(row.key)?.entries() ?? [])
          verdicts.set(call, verdictOf(row, place));
    }
    return calls.map((call) => verdicts.get(call) as Counted);
  }

  private count(
    byKey: ReadonlyMap<string, readonly AddressCall[]>,
    { ttl, limit }: Pick<AddressCall, 'ttl' | 'limit'>,
  ): Promise<CountedRow[]> {
    const numbers = [...byKey.values()].map((same) => same.length);
    return this.connection.run('count_calls', countCalls, [[...byKey.keys()], numbers, ttl, limit]);
  }
}

/** The verdict on one of the calls that were counted together: the first of them get the places. */
function verdictOf({ admitted, count, seconds }: CountedRow, place: number): Counted {
  const isBlocked = place >= admitted;
  const timeToBlockExpire = isBlocked ? seconds : 0;
  return { totalHits: count, timeToExpire: seconds, isBlocked, timeToBlockExpire };
}
