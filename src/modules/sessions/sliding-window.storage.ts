import type { ThrottlerStorage } from '@nestjs/throttler';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Storage for `@nestjs/throttler` that never lets more than the limit through in any window, wherever the window
 * begins: it keeps the moment of every counted call. Calls that are too many are not counted, so a client that
 * waits as told succeeds. Kept in the memory of one process.
 */
export class SlidingWindowStorage implements ThrottlerStorage {
  private readonly calls = new Map<string, number[]>();
  private sweptAt = 0;

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  increment(key: string, ttl: number, limit: number): Promise<Counted> {
    const now = this.now();
    this.sweep(now, ttl);
    const calls = this.calls.get(key) ?? [];
    this.calls.set(key, calls);
    while (calls[0] !== undefined && calls[0] <= now - ttl) calls.shift();
    const isBlocked = calls.length >= limit;
    if (!isBlocked) calls.push(now);
    const freed = calls.at(isBlocked ? -limit : 0) ?? now;
    const seconds = Math.max(1, Math.ceil((freed + ttl - now) / 1000));
    return Promise.resolve({
      totalHits: calls.length,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    });
  }

  /** Forgets, once a window, the keys that have no call in it. */
  private sweep(now: number, ttl: number): void {
    if (now - this.sweptAt < ttl) return;
    this.sweptAt = now;
    for (const [key, calls] of this.calls) {
      if ((calls.at(-1) ?? 0) <= now - ttl) this.calls.delete(key);
    }
  }
}
