import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  changeFields,
  requestFields,
  subjectFields,
} from '../../../test/harness/arbitrary-events.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { recordOf } from '../audit-trail/event-record.js';
import { canonicalEvent } from './canonical-event.js';
import { canonicalForm } from './chain.js';

const events: fc.Arbitrary<AuditEvent> = fc.record({
  ...subjectFields,
  ...requestFields,
  ...changeFields,
  seq: fc.integer({ min: 1, max: 2 ** 40 }),
  occurredAt: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  count: fc.integer({ min: 1, max: 3 }),
});

it('the canonical form of a stored event is that of its record, byte for byte', () => {
  fc.assert(
    fc.property(events, (event) => {
      expect(canonicalEvent(event)).toBe(canonicalForm(recordOf(event)));
    }),
    { numRuns: 1_000 },
  );
});
