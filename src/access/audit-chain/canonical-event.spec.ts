import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { recordOf } from '../audit-trail/event-record.js';
import { canonicalEvent } from './canonical-event.js';
import { canonicalForm } from './chain.js';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const optional = fc.option(text, { nil: null });
const optionalId = fc.option(fc.uuid(), { nil: null });

const events: fc.Arbitrary<AuditEvent> = fc.record({
  organizationId: fc.uuid({ version: 7 }),
  seq: fc.integer({ min: 1, max: 2 ** 40 }),
  occurredAt: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  count: fc.integer({ min: 1, max: 3 }),
  action: text,
  outcome: fc.constantFrom('allowed' as const, 'denied' as const),
  code: optional,
  projectId: optionalId,
  actorType: text,
  actorId: optionalId,
  actorName: text,
  credentialType: optional,
  credentialId: optionalId,
  credentialPrefix: optional,
  product: optional,
  access: optional,
  targetType: optional,
  targetId: optional,
  changes: fc.option(fc.dictionary(text, fc.tuple(fc.jsonValue(), fc.jsonValue())), { nil: null }),
  requestId: optionalId,
  requestMethod: optional,
  requestRoute: optional,
  requestIp: optional,
  requestUserAgent: optional,
});

it('the canonical form of a stored event is that of its record, byte for byte', () => {
  fc.assert(
    fc.property(events, (event) => {
      expect(canonicalEvent(event)).toBe(canonicalForm(recordOf(event)));
    }),
    { numRuns: 1_000 },
  );
});
