import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batches } from './batches.js';

/** Something to send batches to, each of which is answered or failed by hand. */
class Receiver {
  readonly batches: (readonly number[])[] = [];
  private readonly answers: ((error?: Error) => void)[] = [];

  readonly send = (items: readonly number[]): Promise<readonly number[]> => {
    this.batches.push(items);
    return new Promise((resolve, reject) => {
      this.answers.push((error) => (error ? reject(error) : resolve(items.map((item) => -item))));
    });
  };

  /** Ends what is under way, once all that is about to happen has happened. */
  async end(error?: Error): Promise<void> {
    await settled();
    this.answers.shift()?.(error);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('batches', () => {
  it('send each item once, in order, and give each its own result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 20 }), async (sizes) => {
        const receiver = new Receiver();
        const batches = new Batches(receiver.send, 1_000);
        const results: Promise<number>[] = [];
        for (const size of sizes) {
          for (let i = 0; i < size; i += 1) results.push(batches.join(results.length + 1));
          await receiver.end();
        }
        await receiver.end();
        const items = results.map((_, i) => i + 1);
        expect(receiver.batches.flat()).toEqual(items);
        expect(await Promise.all(results)).toEqual(items.map((item) => -item));
      }),
    );
  });

  it('form while one is under way, never two at once', async () => {
    const receiver = new Receiver();
    const batches = new Batches(receiver.send, 10);
    const first = batches.join(1);
    await settled();
    const others = [batches.join(2), batches.join(3)];
    await settled();
    expect(receiver.batches).toEqual([[1]]);
    await receiver.end();
    expect(receiver.batches).toEqual([[1], [2, 3]]);
    await receiver.end();
    expect(await Promise.all([first, ...others])).toEqual([-1, -2, -3]);
  });

  it('form on for the pause after one', async () => {
    const receiver = new Receiver();
    const batches = new Batches(receiver.send, 10, () => 50);
    const first = batches.join(1);
    await receiver.end();
    const second = batches.join(2);
    await settled();
    const third = batches.join(3);
    while (receiver.batches.length < 2) await settled();
    await receiver.end();
    expect(receiver.batches).toEqual([[1], [2, 3]]);
    expect(await Promise.all([first, second, third])).toEqual([-1, -2, -3]);
  });

  it('refuse who waits behind one that fails, and go on with who comes later', async () => {
    const receiver = new Receiver();
    const batches = new Batches(receiver.send, 10);
    const first = batches.join(1);
    await settled();
    const refused = Promise.allSettled([first, batches.join(2)]);
    await receiver.end(new Error('away'));
    expect(await refused).toMatchObject([
      { status: 'rejected', reason: { code: 'unavailable' } },
      { status: 'rejected', reason: { code: 'unavailable' } },
    ]);
    const later = batches.join(3);
    await receiver.end();
    expect(await later).toBe(-3);
    expect(receiver.batches).toEqual([[1], [3]]);
  });

  it('refuse at once who is too many', async () => {
    const receiver = new Receiver();
    const batches = new Batches(receiver.send, 2);
    const first = batches.join(1);
    await settled();
    const waiting = [batches.join(2), batches.join(3)];
    await expect(batches.join(4)).rejects.toMatchObject({ code: 'unavailable' });
    await receiver.end();
    await receiver.end();
    expect(await Promise.all([first, ...waiting])).toEqual([-1, -2, -3]);
  });
});
