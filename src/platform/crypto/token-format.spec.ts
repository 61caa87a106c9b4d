import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWellFormedToken, mintToken, tokenPrefix } from './token-format.js';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 (ISO 3309) bit by bit, independent of zlib. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(text: string): string {
  let rest = crc32(text);
  const places = Array.from({ length: 6 }, () => {
    const digit = digits.charAt(rest % 62);
    rest = Math.floor(rest / 62);
    return digit;
  });
  return places.reverse().join('');
}

function valueOf(base62: string): bigint {
  return [...base62].reduce((value, digit) => value * 62n + BigInt(digits.indexOf(digit)), 0n);
}

const prefix = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const random = fc.string({ unit: fc.constantFrom(...digits), minLength: 43, maxLength: 43 });

describe('mintToken', () => {
  it('makes 52 characters with sk_: 43 of base62 and 6 of CRC-32 over all before them', () => {
    for (let i = 0; i < 500; i += 1) {
      const token = mintToken('sk');
      expect(token).toMatch(/^sk_[0-9A-Za-z]{49}$/);
      expect(token.slice(46)).toBe(checksum(token.slice(0, 46)));
      expect(valueOf(token.slice(3, 46)) < 2n ** 256n).toBe(true);
    }
  });

  it('never makes the same token twice, and uses all 256 bits', () => {
    const tokens = Array.from({ length: 500 }, () => mintToken('sk'));
    expect(new Set(tokens).size).toBe(tokens.length);
    const values = tokens.map((token) => valueOf(token.slice(3, 46)));
    const either = values.reduce((bits, value) => bits | value, 0n);
    const both = values.reduce((bits, value) => bits & value, 2n ** 256n - 1n);
    expect([either, both]).toEqual([2n ** 256n - 1n, 0n]);
  });

  it('begins with the prefix that is configured', () => {
    fc.assert(
      fc.property(prefix, (name) => {
        const token = mintToken(name);
        expect(token.startsWith(`${name}_`)).toBe(true);
        expect(isWellFormedToken(token)).toBe(true);
      }),
    );
  });
});

describe('isWellFormedToken', () => {
  it('takes every token whose checksum is right, padded on the left with 0', () => {
    fc.assert(
      fc.property(prefix, random, (name, body) => {
        const text = `${name}_${body}`;
        expect(isWellFormedToken(text + checksum(text))).toBe(true);
      }),
    );
    const padded = Array.from({ length: 200 }, (_, i) => `sk_${String(i).padStart(43, '0')}`);
    const short = padded.filter((text) => checksum(text).startsWith('0'));
    expect(short.length).toBeGreaterThan(0);
    for (const text of short) expect(isWellFormedToken(text + checksum(text))).toBe(true);
  });

  it('refuses a token in which any one character is another', () => {
    const token = mintToken('sk');
    fc.assert(
      fc.property(fc.nat(51), fc.constantFrom(...digits, '_', '-', ' ', 'é'), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(isWellFormedToken(changed)).toBe(changed === token);
      }),
    );
  });

  it('refuses a token with anything before, after or missing', () => {
    const token = mintToken('sk');
    const broken = ['', token.slice(0, -1), token.slice(1), `${token}0`, ` ${token}`, `${token}\n`];
    for (const text of [...broken, token.toUpperCase(), token.replace('_', '')])
      expect(isWellFormedToken(text)).toBe(false);
  });

  it('refuses any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isWellFormedToken(text)).toBe(false);
      }),
    );
  });
});

describe('tokenPrefix', () => {
  it('is the first 10 characters of the secret', () => {
    expect(tokenPrefix('sk_3zK9vQm1XcT7bJf0')).toBe('sk_3zK9vQm');
  });
});
