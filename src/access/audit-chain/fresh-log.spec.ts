import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FreshLog, type FreshEvent } from './fresh-log.js';

const organizationIds = [
  '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47',
  '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e48',
];

function event(organizationId: string, seq: number, canonical: string): FreshEvent {
  return { organizationId, seq, occurredAt: new Date(1_764_000_000_000 + seq), canonical };
}

const kept = fc
  .uniqueArray(
    fc.record({
      organizationId: fc.constantFrom(...organizationIds),
      seq: fc.integer({ min: 1, max: 60 }),
      canonical: fc.string({ unit: 'binary', maxLength: 900 }),
    }),
    { selector: ({ organizationId, seq }) => `${organizationId} ${seq}` },
  )
  .map((all) => all.map((one) => event(one.organizationId, one.seq, one.canonical)));

it('gives the events of a range in the order of their numbers, with their canonical bytes', () => {
  const log = new FreshLog();
  fc.assert(
    fc.property(kept, fc.nat(60), fc.nat(60), (events, firstSeq, length) => {
      log.clear();
      for (const one of events) expect(log.keep(one)).toBe(true);
      for (const id of organizationIds) {
        const lastSeq = firstSeq + length;
        const wanted = events
          .filter(({ organizationId: own, seq }) => own === id && seq >= firstSeq && seq <= lastSeq)
          .sort((one, other) => one.seq - other.seq);
        const found = log.events(id, firstSeq, lastSeq);
        expect(found.map(({ seq, occurredAt }) => ({ seq, occurredAt }))).toEqual(
          wanted.map(({ seq, occurredAt }) => ({ seq, occurredAt })),
        );
        expect(found.map(({ canonical }) => Buffer.from(canonical))).toEqual(
          wanted.map(({ canonical }) => Buffer.from(canonical)),
        );
      }
    }),
  );
});

it('keeps the bytes of each event through many pieces, again and again, whatever their sizes', () => {
  const log = new FreshLog();
  const [id = ''] = organizationIds;
  for (const lengths of [[9_000, 200], [30, 7_000, 100_000], [9_000], [20]]) {
    log.clear();
    const events = Array.from({ length: 200 }, (_, index) =>
      event(id, index + 1, '€'.repeat(lengths[index % lengths.length] ?? 0)),
    ).filter((one) => log.keep(one));
    expect(events.length).toBeGreaterThan(50);
    const found = log.events(id, 1, 200).map(({ canonical }) => Buffer.from(canonical).toString());
    expect(found).toEqual(events.map(({ canonical }) => canonical));
  }
});

it('keeps no more than it has room for, and has room again when it is cleared', () => {
  const log = new FreshLog();
  const [id = ''] = organizationIds;
  let seq = 1;
  while (log.keep(event(id, seq, '€'.repeat(4_000)))) seq += 1;
  expect(seq).toBeGreaterThan(100);
  expect(log.events(id, seq, seq)).toEqual([]);
  expect(log.events(id, 1, seq)).toHaveLength(seq - 1);
  log.clear();
  expect([...log.organizationIds]).toEqual([]);
  expect(log.keep(event(id, seq, '€'))).toBe(true);
});
