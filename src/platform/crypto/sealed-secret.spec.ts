import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealedSecrets } from './sealed-secret.js';

const [old, current] = ['the old pepper of 32 characters..', 'the new pepper of 32 characters..'];
const secrets = new SealedSecrets([current]);

describe('SealedSecrets', () => {
  it('opens what it sealed, whatever it is, at the same place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, place) => {
        expect(secrets.open(secrets.seal(secret, place), place)).toBe(secret);
      }),
    );
  });

  it('seals the same secret differently each time, and shows nothing of it', () => {
    const [one, other] = [secrets.seal('hunter2', 'p'), secrets.seal('hunter2', 'p')];
    expect(one).not.toEqual(other);
    expect(one.includes('hunter2')).toBe(false);
  });

  it('opens nothing at another place', () => {
    expect(() => secrets.open(secrets.seal('s', 'here'), 'there')).toThrow('authenticate');
  });

  it('opens nothing in which a single bit was altered, and nothing that was cut', () => {
    const sealed = secrets.seal('a secret', 'p');
    const bits = fc.integer({ min: 0, max: sealed.length * 8 - 1 });
    fc.assert(
      fc.property(bits, (bit) => {
        const altered = Buffer.from(sealed);
        const byte = Math.floor(bit / 8);
        altered.writeUInt8(altered.readUInt8(byte) ^ (1 << (bit % 8)), byte);
        expect(() => secrets.open(altered, 'p')).toThrow(/authenticate|KEY_PEPPER|no sealed/);
      }),
    );
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => secrets.open(sealed.subarray(0, length), 'p')).toThrow(/authenticate|no sealed/);
  });

  it('opens what an older pepper sealed as long as that one is listed, and says when it is not', () => {
    const sealed = new SealedSecrets([old]).seal('s', 'p');
    expect(new SealedSecrets([current, old]).open(sealed, 'p')).toBe('s');
    expect(() => secrets.open(sealed, 'p')).toThrow('KEY_PEPPER');
    const renewed = new SealedSecrets([current, old]).seal('s', 'p');
    expect(secrets.open(renewed, 'p')).toBe('s');
  });

  it('needs a pepper', () => {
    expect(() => new SealedSecrets([])).toThrow('a pepper is required');
  });
});
