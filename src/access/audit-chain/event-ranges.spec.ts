import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inPortions, missingFrom, type EventRange } from './event-ranges.js';

it('what is missing of a range and what is there make up the range, each number once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 40 }),
      fc.infiniteStream(fc.boolean()),
      (firstSeq, length, coins) => {
        const numbers = Array.from({ length }, (_, index) => firstSeq + index);
        const there = numbers.filter(() => coins.next().value);
        const range = { organizationId: 'one', firstSeq, lastSeq: firstSeq + length - 1 };
        const missing = missingFrom(
          range,
          there.map((seq) => ({ seq })),
        ).flatMap((part) =>
          Array.from({ length: part.lastSeq - part.firstSeq + 1 }, (_, i) => part.firstSeq + i),
        );
        expect([...there, ...missing].sort((a, b) => a - b)).toEqual(numbers);
      },
    ),
  );
});

it('portions hold every number once, in order, and no more than they may', () => {
  const ranges = fc.array(
    fc.record({ firstSeq: fc.integer({ min: 1, max: 9 }), length: fc.nat(30) }),
  );
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 12 }), (lengths, most) => {
      const whole = lengths.map(({ firstSeq, length }, index) => ({
        organizationId: String(index),
        firstSeq,
        lastSeq: firstSeq + length - 1,
      }));
      const portions = inPortions(whole, most);
      expect(portions.flat().flatMap(numbersOf)).toEqual(whole.flatMap(numbersOf));
      const sizes = portions.map((portion) => portion.flatMap(numbersOf).length);
      expect(sizes.slice(0, -1).every((size) => size === most)).toBe(true);
      expect(sizes.at(-1) ?? 0).toBeLessThanOrEqual(most);
    }),
  );
});

function numbersOf({ organizationId, firstSeq, lastSeq }: EventRange): string[] {
  const length = lastSeq - firstSeq + 1;
  return Array.from({ length }, (_, index) => `${organizationId}:${firstSeq + index}`);
}
