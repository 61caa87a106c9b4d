import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PackedTexts } from './packed-texts.js';

const name = fc.oneof(
  fc.constantFrom('a', 'ab', 'abc', 'b', ''),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.integer({ min: 0, max: 60_000 }).map((length) => 'é'.repeat(length)),
  fc.integer({ min: 0, max: 60_000 }).map((length) => '€'.repeat(length)),
);

type Step = { name: string } & ({ set: string } | { get: true } | { delete: true });

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ name, set: text }),
    fc.record({ name, get: fc.constant(true as const) }),
    fc.record({ name, delete: fc.constant(true as const) }),
  ),
  { maxLength: 120 },
);

/** Takes the steps with the texts and with a map beside them, and compares what both say. */
function follow(
  texts: PackedTexts,
  path: Step[],
  compare: (found?: string, kept?: string) => void,
) {
  const map = new Map<string, string>();
  for (const step of path) {
    if ('set' in step) {
      texts.set(step.name, step.set);
      map.set(step.name, step.set);
    } else if ('delete' in step) {
      texts.delete(step.name);
      map.delete(step.name);
    }
    compare(texts.get(step.name), map.get(step.name));
  }
}

it('gives what was set last under a name, while there is room', () => {
  fc.assert(
    fc.property(steps, (path) =>
      follow(new PackedTexts(100_000), path, (found, kept) => expect(found).toBe(kept)),
    ),
  );
});

it('gives what was set last or nothing where there is no room, and never more texts than its size', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (path, size) => {
      const texts = new PackedTexts(size);
      follow(texts, path, (found, kept) => {
        expect([undefined, kept]).toContain(found);
        expect(texts.count).toBeLessThanOrEqual(size);
      });
    }),
  );
});

it('has what was just set, however often it had to make room', () => {
  const texts = new PackedTexts(1_000);
  for (let index = 0; index < 20_000; index += 1) {
    texts.set(`name ${index}`, `text ${index}`.repeat(index % 60));
    expect(texts.get(`name ${index}`)).toBe(`text ${index}`.repeat(index % 60));
  }
});

it('keeps what is asked for again and again, and forgets what is not', () => {
  const texts = new PackedTexts(10_000);
  texts.set('asked for', 'text');
  texts.set('left alone', 'text');
  for (let index = 0; index < 40_000; index += 1) {
    texts.set(`name ${index}`, 'x'.repeat(300));
    expect(texts.get('asked for')).toBe('text');
  }
  expect(texts.get('left alone')).toBeUndefined();
  expect(texts.count).toBeGreaterThan(9_000);
});

it('makes room even where all that fills it has been asked for', () => {
  const texts = new PackedTexts(1_000);
  for (let index = 0; index < 1_000; index += 1) {
    const long = `text ${index} `.repeat(600);
    texts.set(`name ${index}`, long);
    for (let earlier = index; earlier > index - 200; earlier -= 1) texts.get(`name ${earlier}`);
    expect(texts.get(`name ${index}`)).toBe(long);
  }
});

it('takes no more memory than half a kilobyte a text and two pieces, however long they are', () => {
  const size = 2_000;
  const texts = new PackedTexts(size);
  for (let index = 0; index < 10_000; index += 1) {
    texts.set(`name ${index}`, '€'.repeat((index % 97) * 50));
    texts.get(`name ${index - 7}`);
    texts.set(`name ${index - 40}`, 'anew');
  }
  expect(texts.bytes).toBeLessThanOrEqual(size * 512 + 2 * 262_144);
  expect(texts.count).toBeGreaterThan(100);
});

it('does not remember a text that is longer than half a piece, nor what it stood for before', () => {
  const texts = new PackedTexts(10);
  texts.set('name', 'short');
  texts.set('name', 'x'.repeat(140_000));
  expect(texts.get('name')).toBeUndefined();
});

it('gives nothing of another name, among so many that some have one hash', () => {
  const texts = new PackedTexts(300_000);
  const names = Array.from({ length: 250_000 }, (_, index) => `${index * 7_919}`);
  for (const one of names) texts.set(one, `text of ${one}`);
  const found = names.filter((one) => texts.get(one) !== undefined);
  expect(found.map((one) => texts.get(one))).toEqual(found.map((one) => `text of ${one}`));
  expect(found.length).toBeLessThan(names.length);
  expect(found.length).toBeGreaterThan(names.length - 100);
});
