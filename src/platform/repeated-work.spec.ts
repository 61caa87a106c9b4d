import { expect, it } from 'vitest';
import { RepeatedWork } from './repeated-work.js';

const never = 60_000;

class Spread extends RepeatedWork {
  readonly done: number[] = [];

  constructor(private readonly overMs: number) {
    super({ log: 'test', failure: 'fails', pauseMs: never });
  }

  /** Does so many parts, telling of each. */
  spreadParts(parts: number, tell: (part: number) => void = () => {}): Promise<number> {
    const numbers = Array.from({ length: parts }, (_, index) => index);
    return this.spread(numbers, this.overMs, (part) => {
      this.done.push(part);
      tell(part);
      return Promise.resolve();
    });
  }

  protected override async work(): Promise<void> {}
}

it('work that is spread is done part by part, in order, and tells what is left of the time', async () => {
  const spread = new Spread(20);
  expect(await spread.spreadParts(4)).toBeLessThanOrEqual(5);
  expect(spread.done).toEqual([0, 1, 2, 3]);
});

it('without parts all of the time is left', async () => {
  expect(await new Spread(20).spreadParts(0)).toBe(20);
});

it('work that is spread ends in the middle of a pause when the server stops', async () => {
  const spread = new Spread(never);
  let begun: (part: number) => void = () => {};
  const first = new Promise<number>((resolve) => (begun = resolve));
  const ended = spread.spreadParts(2, begun);
  await first;
  await spread.onModuleDestroy();
  await ended;
  expect(spread.done).toEqual([0]);
});
