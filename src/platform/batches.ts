import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './http/api-error.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Sends what comes in batches: while one is under way, and for a pause after it, the next one forms. Who waits behind a
 * batch that fails is refused with it, since it would wait as long again.
 */
export class Batches<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private sending = false;

  /**
   * @param send gives a result for each item, in their order
   * @param most how many may wait
   * @param pauseMs the milliseconds between the batch that has been sent and the next one
   */
  constructor(
    private readonly send: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly most: number,
    private readonly pauseMs: () => number = () => 0,
  ) {}

  /**
   * Lets an item join the batch that is forming, and gives its result.
   *
   * @throws ApiError `unavailable` when too many wait, or when the batch fails for whatever reason
   */
  join(item: Item): Promise<Result> {
    if (this.waiting.length >= this.most) return Promise.reject(unavailable('too many wait'));
    return new Promise((settle, fail) => {
      this.waiting.push({ item, settle, fail });
      if (!this.sending) void this.sendAll();
    });
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    await Promise.resolve();
    while (this.waiting.length > 0) {
      await this.sendWaiting();
      const pauseMs = this.pauseMs();
      if (pauseMs > 0) await sleep(pauseMs);
    }
    this.sending = false;
  }

  private async sendWaiting(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    try {
      const results = await this.send(batch.map(({ item }) => item));
      for (const [place, { settle }] of batch.entries()) settle(results[place] as Result);
    } catch (error) {
      const refused = [...batch, ...this.waiting];
      this.waiting = [];
      for (const { fail } of refused) fail(unavailable(error));
    }
  }
}

function unavailable(cause: unknown): ApiError {
  return new ApiError('unavailable', { cause });
}
