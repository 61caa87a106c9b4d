import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestFields, subjectFields } from '../../../test/harness/arbitrary-events.js';
import { canonicalForm } from '../audit-chain/chain.js';
import { recordOf } from '../audit-trail/event-record.js';
import { AdmissionCase } from './admission-case.js';
import type { CaseValues } from './admission-columns.js';
import { recordedEvent } from './admission-input.js';

const values: fc.Arbitrary<CaseValues> = fc.record({
  ...subjectFields,
  bucketId: fc.option(fc.uuid(), { nil: null }),
  limit: fc.nat(),
  version: fc.nat(),
  platformVersion: fc.nat(),
  from: fc.constant(null),
  until: fc.constant(null),
});

const outputs = fc.array(
  fc.record({
    request: fc.record(requestFields),
    limited: fc.boolean(),
    count: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 2 ** 40 }),
    at: fc.integer({ min: 0, max: 2 ** 42 }),
  }),
  { minLength: 1, maxLength: 6 },
);

it('a recorded event has the canonical form of the row that the statement writes, whatever came of the calls before', () => {
  fc.assert(
    fc.property(values, outputs, (own, settled) => {
      const start = new AdmissionCase(own);
      for (const { request: told, limited, count: calls, seq, at } of settled) {
        const count = limited ? calls : 1;
        const verdict = limited ? 'limited' : 'admitted';
        const recorded = recordedEvent({ start, ...told }, [1, verdict, 0, 0, seq, count, at]);
        const row = {
          ...own,
          ...(limited && { outcome: 'denied' as const, code: 'rate_limit_exceeded' }),
          ...told,
          seq,
          count,
          occurredAt: new Date(at),
          targetType: null,
          targetId: null,
          changes: null,
        };
        expect(recorded?.canonical).toBe(canonicalForm(recordOf(row)));
      }
    }),
    { numRuns: 500 },
  );
});
