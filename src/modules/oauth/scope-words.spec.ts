import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lesserScopes, permitted } from '../../access/index.js';
import { within } from './held-scopes.js';
import { readScope, scopeWords } from './scope-words.js';

const products = ['organization', 'api_keys', 'audit', 'uptime', 'status-pages', 'later'];

const words = fc
  .array(
    fc.constantFrom('read', 'write', ...products.flatMap((p) => [`${p}:read`, `${p}:write`])),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((list) => list.join(' '));

const mapOf = (text: string) => readScope(text)?.map ?? null;

describe('scope words', () => {
  it.each([
    ['write', null],
    ['read write', null],
    ['uptime:write write', null],
    ['uptime:read', { uptime: 'read' }],
    ['uptime:read uptime:write', { uptime: 'read_write' }],
    ['api_keys:write audit:read', { api_keys: 'read_write', audit: 'read' }],
  ])('"%s" stands for %o', (text, map) => {
    expect(readScope(text)).toEqual({ map });
  });

  it('read stands for every product, built in or of the operator, now and later', () => {
    for (const product of products) expect(permitted(mapOf('read') ?? {}, product)).toBe('read');
    expect(permitted(mapOf('read') ?? {}, 'platform')).toBe('none');
  });

  it.each([
    '',
    ' ',
    'read ',
    ' read',
    'read  write',
    'Read',
    'uptime',
    'uptime:',
    ':read',
    '*:read',
    'a:b:read',
    'read\n',
    'read_write',
  ])('"%s" is no scope', (text) => {
    expect(readScope(text)).toBeNull();
  });

  it('are read as they are written, each scope in one way', () => {
    fc.assert(
      fc.property(words, (text) => {
        const map = mapOf(text);
        expect(mapOf(scopeWords(map))).toEqual(map);
        expect(scopeWords(mapOf(scopeWords(map)))).toBe(scopeWords(map));
      }),
    );
  });

  it('cut to others never say more than either, and everything that both say', () => {
    fc.assert(
      fc.property(words, words, (one, other) => {
        const [first, second] = [mapOf(one), mapOf(other)];
        const both = lesserScopes(first, second);
        expect(within(both, first) && within(both, second)).toBe(true);
        expect(within(first, both)).toBe(within(first, second));
      }),
    );
  });
});
