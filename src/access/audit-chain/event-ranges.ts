import type { AuditEvent } from '../audit-trail/audit-event.entity.js';

/** Consecutive events of an organization, the first and the last included. */
export interface EventRange {
  readonly organizationId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/**
 * What is missing of a range.
 *
 * @param events some events of the range, in the order of their numbers
 */
export function missingFrom(
  { organizationId, firstSeq, lastSeq }: EventRange,
  events: readonly Pick<AuditEvent, 'seq'>[],
): EventRange[] {
  const missing: EventRange[] = [];
  let next = firstSeq;
  for (const { seq } of events) {
    if (seq > next) missing.push({ organizationId, firstSeq: next, lastSeq: seq - 1 });
    next = seq + 1;
  }
  if (next <= lastSeq) missing.push({ organizationId, firstSeq: next, lastSeq });
  return missing;
}

/** Cuts ranges into portions of as many events at most, in order. */
export function inPortions(ranges: readonly EventRange[], mostEvents: number): EventRange[][] {
  const portions: EventRange[][] = [];
  let room = 0;
  for (const { organizationId, firstSeq: first, lastSeq: last } of ranges)
    for (let firstSeq = first; firstSeq <= last;) {
      if (room === 0) {
        portions.push([]);
        room = mostEvents;
      }
      const lastSeq = Math.min(last, firstSeq + room - 1);
      portions.at(-1)?.push({ organizationId, firstSeq, lastSeq });
      room -= lastSeq - firstSeq + 1;
      firstSeq = lastSeq + 1;
    }
  return portions;
}
