import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { World } from '../harness/world.js';
import { WindowModel } from './window-model.js';

let world: World;
let clock: Clock;
/** One key at each of three instances. */
let clients: Client[];
beforeAll(async () => {
  world = await World.start();
  const { key } = await world.key();
  clients = (await world.instances(3)).map((client) => client(key.secret));
  clock = await Clock.stopped(world.server);
});
afterAll(() => world.close());

/** What happens next: time passes, the operator may set a limit, and each instance gets so many calls at once. */
interface Step {
  readonly seconds: number;
  readonly limit: number | null;
  readonly calls: readonly number[];
  /** Whether whoever is refused waits as told before the next step. */
  readonly waits: boolean;
}

async function limited(limit: number): Promise<void> {
  const path = `/organizations/${world.organizationId}`;
  const { status } = await world.platform.patch(path, { rate_limit_per_minute: limit });
  expect(status).toBe(200);
}

/** Sends the calls and gives how many were admitted. */
async function admitted(calls: readonly number[]): Promise<number> {
  const sent = clients.flatMap((client, i) =>
    Array.from({ length: calls[i] ?? 0 }, () => client.get('/users/me')),
  );
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

/** One call alone; one that is refused is told how long to wait, which it may do. */
async function callAlone(model: WindowModel, waits: boolean): Promise<void> {
  const now = await clock.now();
  const { least, most } = model.bounds(now, 1);
  const { status, headers } = (await clients[0]?.get('/users/me')) ?? {};
  if (status === 200) {
    expect(most).toBe(1);
    model.admit(now, 1);
    return;
  }
  expect([status, least]).toEqual([429, 0]);
  const seconds = Number(headers?.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(model.longestWait(now));
  expect(headers?.get('ratelimit')).toBe(`"organization";r=0;t=${seconds}`);
  if (!waits) return;
  await clock.advance(seconds);
  expect((await clients[0]?.get('/users/me'))?.status).toBe(200);
  model.admit(await clock.now(), 1);
}

async function play(firstLimit: number, steps: readonly Step[]): Promise<void> {
  await clock.advance(1_000);
  await limited(firstLimit);
  const model = new WindowModel(firstLimit);
  for (const { seconds, limit, calls, waits } of steps) {
    await clock.advance(seconds);
    if (limit !== null) await limited((model.limit = limit));
    const now = await clock.now();
    const sent = calls.reduce((sum, count) => sum + count, 0);
    const { least, most } = model.bounds(now, sent);
    const passed = await admitted(calls);
    expect(passed).toBeGreaterThanOrEqual(least);
    expect(passed).toBeLessThanOrEqual(most);
    model.admit(now, passed);
    await callAlone(model, waits);
  }
}

const anyPause = fc.oneof(
  fc.constantFrom(0, 0.001, 0.999, 59, 59.001, 59.999, 60, 60.001, 60.999, 61),
  fc.integer({ min: 0, max: 70_000 }).map((milliseconds) => milliseconds / 1_000),
);
const anyStep: fc.Arbitrary<Step> = fc.record({
  seconds: anyPause,
  limit: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 5 }),
  calls: fc.array(fc.nat({ max: 6 }), { minLength: 3, maxLength: 3 }),
  waits: fc.boolean(),
});

describe('in any 60 seconds', () => {
  it('no more calls are admitted than the limit, and none is refused without need, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(anyStep, { minLength: 4, maxLength: 8 }),
        play,
      ),
      { numRuns: 8 },
    );
  });

  it('exactly 100 of a flood at every edge of four windows are admitted, over 3 instances', async () => {
    const flood = (seconds: number): Step => ({
      seconds,
      limit: null,
      calls: [40, 40, 40],
      waits: false,
    });
    const pauses = [0, 59.9, 0.05, 0.05, 1, 58.9, 0.1, 1, 60.999, 0.001, 61];
    await expect(play(100, pauses.map(flood))).resolves.toBeUndefined();
  });
});
