import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingWindowStorage } from './sliding-window.storage.js';

const ttl = 60_000;

/** A clock that is moved by hand. */
function clock() {
  let now = 0;
  return { read: () => now, wait: (milliseconds: number) => (now += milliseconds) };
}

/** Parts of milliseconds that numbers hold exactly. */
const parts = fc.nat(30_000 * 64).map((ticks) => ticks / 64);
/** Waits that end right at, or right beside, the end of a window. */
const edges = fc.constantFrom(ttl - 1 / 64, ttl, ttl / 2, ttl / 2 - 1 / 64, ttl / 3);
const waits = fc.array(fc.oneof(fc.constant(0), parts, fc.nat(90_000), edges), { maxLength: 120 });
const limits = fc.integer({ min: 1, max: 12 });

/** Moments of the calls that were let through. */
async function admitted(gaps: readonly number[], limit: number): Promise<number[]> {
  const time = clock();
  const storage = new SlidingWindowStorage(time.read);
  const moments: number[] = [];
  for (const gap of gaps) {
    const now = time.wait(gap);
    const { isBlocked } = await storage.increment('key', ttl, limit);
    if (!isBlocked) moments.push(now);
  }
  return moments;
}

describe('the sliding window', () => {
  it('never lets more than the limit through in any window, whenever calls arrive', async () => {
    await fc.assert(
      fc.asyncProperty(waits, limits, async (gaps, limit) => {
        const moments = await admitted(gaps, limit);
        for (const start of moments) {
          const within = moments.filter((moment) => moment >= start && moment < start + ttl);
          expect(within.length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('lets a call through whenever fewer than the limit went through in the window before it', async () => {
    await fc.assert(
      fc.asyncProperty(waits, limits, async (gaps, limit) => {
        const moments = await admitted(gaps, limit);
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const before = moments.filter((moment) => moment < now && moment > now - ttl);
          expect(before.length === limit || moments.includes(now)).toBe(true);
        }
      }),
    );
  });

  it('lets a lone client through that waits the seconds it was told, at most one more than it had to', async () => {
    await fc.assert(
      fc.asyncProperty(waits, limits, async (gaps, limit) => {
        const time = clock();
        const storage = new SlidingWindowStorage(time.read);
        const moments: number[] = [];
        for (const gap of gaps) {
          time.wait(gap);
          const first = await storage.increment('key', ttl, limit);
          const told = first.timeToBlockExpire * 1000;
          const free = (moments.at(-limit) ?? -ttl) + ttl;
          expect(told - Math.max(0, free - time.read())).toBeLessThanOrEqual(1000);
          time.wait(told);
          const second = first.isBlocked ? await storage.increment('key', ttl, limit) : first;
          expect(second.isBlocked).toBe(false);
          moments.push(time.read());
        }
      }),
    );
  });

  it('tells how many calls stand in the window and when the oldest leaves it', async () => {
    const time = clock();
    const storage = new SlidingWindowStorage(time.read);
    expect(await storage.increment('key', ttl, 2)).toMatchObject({
      totalHits: 1,
      timeToExpire: 60,
    });
    time.wait(20_500);
    expect(await storage.increment('key', ttl, 2)).toMatchObject({
      totalHits: 2,
      timeToExpire: 40,
    });
    const blocked = { totalHits: 2, isBlocked: true, timeToBlockExpire: 40 };
    expect(await storage.increment('key', ttl, 2)).toMatchObject(blocked);
  });

  it('does not count the calls that are too many', async () => {
    const time = clock();
    const storage = new SlidingWindowStorage(time.read);
    await storage.increment('key', ttl, 1);
    for (let i = 0; i < 59; i += 1) {
      time.wait(1000);
      expect((await storage.increment('key', ttl, 1)).isBlocked).toBe(true);
    }
    time.wait(1000);
    expect((await storage.increment('key', ttl, 1)).isBlocked).toBe(false);
  });

  it('obeys a limit that was lowered, and still lets through who waits as told', async () => {
    const time = clock();
    const storage = new SlidingWindowStorage(time.read);
    for (let i = 0; i < 5; i += 1) {
      await storage.increment('key', ttl, 5);
      time.wait(1000);
    }
    const { isBlocked, timeToBlockExpire } = await storage.increment('key', ttl, 2);
    expect(isBlocked).toBe(true);
    time.wait(timeToBlockExpire * 1000);
    expect((await storage.increment('key', ttl, 2)).isBlocked).toBe(false);
    expect((await storage.increment('key', ttl, 2)).isBlocked).toBe(true);
  });

  it('frees a place when the window is over, and not a moment sooner', async () => {
    const time = clock();
    const storage = new SlidingWindowStorage(time.read);
    await storage.increment('key', ttl, 1);
    time.wait(ttl - 1 / 64);
    expect((await storage.increment('key', ttl, 1)).isBlocked).toBe(true);
    time.wait(1 / 64);
    expect((await storage.increment('key', ttl, 1)).isBlocked).toBe(false);
  });

  it('keeps keys apart', async () => {
    const storage = new SlidingWindowStorage(clock().read);
    await storage.increment('one', ttl, 1);
    expect((await storage.increment('other', ttl, 1)).isBlocked).toBe(false);
  });

  it('forgets the keys that made no call for a window', async () => {
    const time = clock();
    const storage = new SlidingWindowStorage(time.read);
    const { calls } = storage as unknown as { calls: Map<string, unknown> };
    for (let i = 0; i < 1000; i += 1) await storage.increment(`address ${i}`, ttl, 1);
    time.wait(ttl);
    await storage.increment('another', ttl, 1);
    expect([...calls.keys()]).toEqual(['another']);
  });
});
