import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RightsLog, type RightsChange } from './rights-log.js';

const subjects = ['key', 'member', 'role'];

/** The changes after the first version, one after another, each about some subject. */
const changes = fc
  .array(fc.constantFrom(...subjects), { minLength: 1, maxLength: 20 })
  .map((about) => about.map((subject, index): RightsChange => ({ version: index + 2, subject })));

it('what was read holds until the last change about it, in whatever order changes are told', () => {
  fc.assert(
    fc.property(
      changes.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      fc.nat(20),
      fc.constantFrom(...subjects),
      ([all, told], since, subject) => {
        const log = new RightsLog('organization', 1);
        log.catchUp(all.length + 1, told);
        const changedSince = all.some((one) => one.subject === subject && one.version > since);
        expect(log.holds([subject], since)).toBe(since >= 1 && !changedSince);
      },
    ),
  );
});

it('nothing that was read before a change that is not told holds', () => {
  const log = new RightsLog('organization', 1);
  log.catchUp(4, [
    { version: 2, subject: 'key' },
    { version: 4, subject: 'role' },
  ]);
  expect(log.holds(['member'], 3)).toBe(false);
  expect(log.holds(['member'], 4)).toBe(true);
});
