import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReservedName, isStorable } from './json-body.js';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('isStorable', () => {
  it('takes any JSON whose texts are well-formed and without NUL', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((sample) => !sample.includes('\0'));
    const name = text.filter((sample) => !isReservedName(sample));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      map: fc.dictionary(name, tie('tree'), { maxKeys: 3 }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(isStorable(value, 16)).toBe(true);
      }),
    );
  });

  it('refuses NUL and lone surrogates wherever they stand', () => {
    for (const text of ['\0', 'a\0', '\ud800', 'a\udfff', '\udd11\ud83d'])
      for (const value of [text, [text], { a: text }, { [text]: 1 }, [{ a: [text] }]])
        expect(isStorable(value, 16)).toBe(false);
    expect(isStorable('\ud83d\udd11', 16)).toBe(true);
  });

  it('refuses what is nested deeper than the depth', () => {
    expect([isStorable(nested(16), 16), isStorable(nested(17), 16)]).toEqual([true, false]);
  });

  it('refuses names that JavaScript gives to every object', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];
    for (const name of names) expect(isStorable(JSON.parse(`{"${name}":1}`), 16)).toBe(false);
    expect(isStorable(names, 16)).toBe(true);
  });
});
