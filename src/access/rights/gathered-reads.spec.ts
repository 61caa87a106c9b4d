import { expect, it } from 'vitest';
import { GatheredReads } from './gathered-reads.js';

function recording(fails: (keys: readonly number[]) => boolean = () => false) {
  const readings: (readonly number[])[] = [];
  const reads = new GatheredReads<number, string>(async (keys) => {
    readings.push(keys);
    await Promise.resolve();
    if (fails(keys)) throw new Error('unreachable');
    return keys.map((key) => (key < 0 ? null : `value ${key}`));
  });
  return { reads, readings };
}

it('one who asks alone is read at once', async () => {
  const { reads, readings } = recording();
  expect(await reads.find(1)).toBe('value 1');
  expect(await reads.find(-1)).toBeNull();
  expect(readings).toEqual([[1], [-1]]);
});

it('what is asked for during one reading is read together by the next, each getting its own', async () => {
  const { reads, readings } = recording();
  const keys = Array.from({ length: 1_200 }, (_, index) => index);
  expect(await Promise.all(keys.map((key) => reads.find(key)))).toEqual(
    keys.map((key) => `value ${key}`),
  );
  expect(readings.map((reading) => reading.length)).toEqual([1, 500, 500, 199]);
});

it('a reading that fails fails those who asked for it, and the next one goes on', async () => {
  const { reads } = recording((keys) => keys.includes(1));
  const answers = await Promise.allSettled([1, 2, 3].map((key) => reads.find(key)));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(await reads.find(4)).toBe('value 4');
});
