import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretCipher } from './secret-cipher.js';

const peppers = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 4 });
const secrets = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((bytes) => Buffer.from(bytes));

describe('what was encrypted', () => {
  it('is read again under the same context, whichever of the listed peppers is the first by now', () => {
    fc.assert(
      fc.property(peppers, secrets, fc.string(), (listed, secret, context) => {
        const stored = new SecretCipher(listed).encrypt(secret, context);
        const replaced = new SecretCipher(listed.toReversed());
        expect(replaced.decrypt(stored, context)).toEqual(secret);
        expect(replaced.isOutdated(stored)).toBe(true);
        expect(replaced.isOutdated(replaced.encrypt(secret, context))).toBe(false);
      }),
    );
  });

  it('is not read under another context, without its pepper, or after any bit of it was changed', () => {
    const bits = fc.nat();
    fc.assert(
      fc.property(peppers, secrets, fc.string(), bits, ([one, other], secret, context, bit) => {
        const cipher = new SecretCipher([one ?? '']);
        const stored = cipher.encrypt(secret, context);
        const changed = Buffer.from(stored.encrypted);
        const at = bit % (changed.length * 8);
        changed.writeUInt8(changed.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
        expect(() => cipher.decrypt(stored, `${context}?`)).toThrow('authenticate');
        const altered = { ...stored, encrypted: changed };
        expect(() => cipher.decrypt(altered, context)).toThrow('authenticate');
        const without = new SecretCipher([other ?? '']);
        expect(without.decrypt(stored, context)).toBeNull();
      }),
    );
  });

  it('never looks the same twice', () => {
    const cipher = new SecretCipher(['pepper']);
    const texts = Array.from({ length: 100 }, () => cipher.encrypt(Buffer.from('one'), 'context'));
    expect(new Set(texts.map(({ encrypted }) => encrypted.toString('hex'))).size).toBe(100);
  });
});
