import { generateKeyPairSync } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../audit-trail/event-record.js';
import { canonicalForm, genesis, linkHash } from './chain.js';
import { signCheckpoint, type SignedCheckpoint } from './checkpoint.js';
import { verifyChain, type ChainedEvent } from './verify-chain.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const organization_id = '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47';

const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());

const record: fc.Arbitrary<EventRecord> = fc.record({
  id: fc.uuid(),
  seq: fc.constant(0),
  occurred_at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  count: fc.integer({ min: 1, max: 1000 }),
  action: fc.constantFrom('api_key.used', 'api_key.created'),
  outcome: fc.constantFrom('allowed', 'denied'),
  code: fc.option(text),
  organization_id: fc.constant(organization_id),
  project_id: fc.option(fc.uuid()),
  actor: fc.record({ type: text, id: fc.option(fc.uuid()), name: text }),
  credential: fc.option(fc.record({ type: text, id: fc.uuid(), prefix: fc.option(text) })),
  product: fc.option(text),
  access: fc.option(text),
  target: fc.option(fc.record({ type: text, id: text })),
  changes: fc.option(
    fc.dictionary(
      text,
      fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([before, after]) => [before, after] as const),
    ),
  ),
  request: fc.constant(null),
});

const log = fc.array(record, { minLength: 2, maxLength: 12 }).map(chained);

/** The events numbered and hashed anew, as whoever holds the database could do it. */
function chained(records: readonly EventRecord[]): ChainedEvent[] {
  let previous: Buffer = genesis;
  return records.map(({ previous_hash: _p, hash: _h, ...event }: Partial<ChainedEvent>, index) => {
    const numbered = { ...(event as EventRecord), seq: index + 1 };
    const hash = linkHash(previous, Buffer.from(canonicalForm(numbered)));
    const links = { previous_hash: previous.toString('hex'), hash: hash.toString('hex') };
    previous = hash;
    return { ...numbered, ...links };
  });
}

function checkpointAt(event: ChainedEvent | undefined, key = privateKey): SignedCheckpoint {
  const { seq = 0, hash } = event ?? {};
  const at = '2026-11-22T04:00:00.000Z';
  return signCheckpoint({ organization_id, seq, hash: hash ?? '', at }, key);
}

const attacks: Record<string, (events: ChainedEvent[], at: number) => ChainedEvent[]> = {
  'an event with another actor': (events, at) =>
    events.with(at, changed(events[at], { actor: { type: 'human', id: null, name: 'Mallory' } })),
  'an event with another outcome': (events, at) =>
    events.with(
      at,
      changed(events[at], { outcome: events[at]?.outcome === 'denied' ? 'allowed' : 'denied' }),
    ),
  'an event of another time': (events, at) =>
    events.with(at, changed(events[at], { occurred_at: 'never' })),
  'an event that is gone': (events, at) => events.toSpliced(at, 1),
  'an event that is told twice': (events, at) => events.toSpliced(at, 0, changed(events[at], {})),
  'an event that was put in': (events, at) =>
    events.toSpliced(at, 0, changed(events[at], { id: 'new' })),
  'two events in another order': (events, at) => {
    const next = (at + 1) % events.length;
    return events.with(at, changed(events[next], {})).with(next, changed(events[at], {}));
  },
  'an end that is cut off': (events, at) => events.slice(0, at),
};

function changed(event: ChainedEvent | undefined, values: Partial<ChainedEvent>): ChainedEvent {
  if (!event) throw new Error('no such event');
  return { ...event, ...values };
}

describe('verifyChain', () => {
  it('finds nothing wrong with a whole log', () => {
    fc.assert(
      fc.property(log, (events) => {
        const checkpoints = [checkpointAt(events[0]), checkpointAt(events.at(-1))];
        expect(verifyChain(events, checkpoints, publicKey)).toEqual([]);
        expect(verifyChain(events, [], publicKey)).toEqual([]);
      }),
    );
  });

  it.each(Object.entries(attacks))(
    'finds %s, also where all hashes were made anew',
    (_, attack) => {
      fc.assert(
        fc.property(log, fc.nat(), (events, place) => {
          const checkpoints = [checkpointAt(events.at(-1))];
          const attacked = attack(events, place % events.length);
          // A copy of the last event comes after the checkpoint: only the next one vouches for what stands there.
          fc.pre(!isDeepStrictEqual(chained(attacked).slice(0, events.length), events));
          expect(verifyChain(attacked, checkpoints, publicKey)).not.toEqual([]);
          expect(verifyChain(chained(attacked), checkpoints, publicKey)).not.toEqual([]);
        }),
      );
    },
  );

  it('names the one event that was changed', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, place) => {
        const at = place % events.length;
        const attacked = events.with(at, changed(events[at], { occurred_at: 'never' }));
        expect(verifyChain(attacked, [], publicKey)).toEqual([
          { seq: at + 1, problem: 'was changed' },
        ]);
      }),
    );
  });

  it('takes a log that begins later where a checkpoint vouches for what came before, and no other', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, place) => {
        const from = 1 + (place % (events.length - 1));
        const rest = events.slice(from);
        const last = checkpointAt(events.at(-1));
        expect(verifyChain(rest, [checkpointAt(events[from - 1]), last], publicKey)).toEqual([]);
        expect(verifyChain(rest, [last], publicKey)).not.toEqual([]);
      }),
    );
  });

  it('takes events at the end that are not sealed yet, unless a checkpoint says they are', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, place) => {
        const at = place % events.length;
        const open = events.map((event, index) =>
          index < at ? event : { ...event, previous_hash: null, hash: null },
        );
        const before = at > 0 ? [checkpointAt(events[at - 1])] : [];
        expect(verifyChain(open, before, publicKey)).toEqual([]);
        expect(verifyChain(open, [checkpointAt(events[at])], publicKey)).toHaveLength(1);
      }),
    );
  });

  it('does not take a checkpoint of another key, nor a changed one', () => {
    fc.assert(
      fc.property(log, (events) => {
        const foreign = checkpointAt(events.at(-1), generateKeyPairSync('ed25519').privateKey);
        const moved = { ...checkpointAt(events.at(-1)), at: '2027-01-01T00:00:00.000Z' };
        expect(verifyChain(events, [foreign], publicKey)).toHaveLength(1);
        expect(verifyChain(events, [moved], publicKey)).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['nothing', ''],
    ['another text', 'none'],
    ['too short', '00'.repeat(31)],
    ['far too long', '00'.repeat(5_000)],
  ])('finds another past where the hash before is %s', (_, previous_hash) => {
    const event = changed(chained(fc.sample(record, 1))[0], { previous_hash });
    expect(verifyChain([event], [], publicKey)).toEqual([{ seq: 1, problem: 'has another past' }]);
  });
});
