import fc from 'fast-check';
import { expect, it } from 'vitest';
import { missingFrom } from './event-ranges.js';

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
