import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import {
  isTotpCode,
  newRecoveryCodes,
  newTotpSecret,
  plainCode,
  sharedSecret,
  stepOf,
} from './codes.js';

const stepMs = 30_000;
const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
const moments = fc.integer({ min: 2 * stepMs, max: 4_102_444_800_000 });

function codeAt(secret: Buffer, timestamp: number): string {
  const bytes = Uint8Array.from(secret).buffer;
  return new TOTP({ secret: new Secret({ buffer: bytes }) }).generate({ timestamp });
}

describe('a code', () => {
  // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 0x23523ec],
    [1_111_111_111, '050471', 0x23523ed],
    [1_234_567_890, '005924', 0x273ef07],
    [2_000_000_000, '279037', 0x3f940aa],
    [20_000_000_000, '353130', 0x27bc86aa],
  ])('at %i s of RFC 6238’s secret is %s', (seconds, code, step) => {
    const secret = Buffer.from('12345678901234567890');
    expect(stepOf(secret, code, seconds * 1000)).toBe(step);
  });

  it('is of its own step while that is the present one, the last or the next, and then of none', () => {
    const shifts = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(secrets, moments, shifts, (secret, now, shift) => {
        const then = now + shift * stepMs;
        const within = [-1, 0, 1].map((near) => codeAt(secret, now + near * stepMs));
        const code = codeAt(secret, then);
        // Two steps have the same code once in a million; then it is of either.
        fc.pre(within.filter((other) => other === code).length === (Math.abs(shift) <= 1 ? 1 : 0));
        const expected = Math.abs(shift) <= 1 ? Math.floor(then / stepMs) : null;
        expect(stepOf(secret, code, now)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('that is not six digits is none, whatever it is', () => {
    fc.assert(
      fc.property(secrets, moments, fc.string({ unit: 'binary' }), (secret, now, text) => {
        fc.pre(!/^\d{6}$/.test(text));
        expect(isTotpCode(text)).toBe(false);
        expect(stepOf(secret, text, now)).toBeNull();
      }),
    );
  });
});

describe('a secret', () => {
  it('has 160 bits and reaches the app with issuer and label as they are', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => !/[:%]/.test(name));
    fc.assert(
      fc.property(secrets, names, names, (bytes, issuer, label) => {
        const { secret, otpauth_url: link } = sharedSecret(bytes, { issuer, label });
        const url = new URL(link);
        expect(url.protocol).toBe('otpauth:');
        expect(url.searchParams.get('secret')).toBe(secret);
        expect(url.searchParams.get('issuer')).toBe(issuer);
        expect(decodeURIComponent(url.pathname)).toContain(label);
        expect(Buffer.from(Secret.fromBase32(secret).bytes)).toEqual(bytes);
      }),
    );
    expect(newTotpSecret()).toHaveLength(20);
  });
});

describe('recovery codes', () => {
  it('are ten, all different, and the same however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
      const plain = plainCode(code);
      expect(plain).toHaveLength(16);
      expect(isTotpCode(plain)).toBe(false);
      for (const typed of [code.toLowerCase(), ` ${code} `, plain, code.replaceAll('-', ' ')])
        expect(plainCode(typed)).toBe(plain);
    }
  });
});
