import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretHasher } from './secret-hasher.js';

const [old, current] = ['the old pepper of 32 characters..', 'the new pepper of 32 characters..'];
const hmac = (pepper: string, text: string) => createHmac('sha256', pepper).update(text).digest();

describe('SecretHasher', () => {
  it('stores HMAC-SHA-256 under the first pepper, and names that pepper', () => {
    const stored = new SecretHasher([current, old]).store('secret');
    expect(stored.hash).toEqual(hmac(current, 'secret'));
    expect(stored.pepperId).toBe(new SecretHasher([current]).store('another secret').pepperId);
    expect(stored.pepperId).not.toBe(new SecretHasher([old]).store('secret').pepperId);
    expect(stored.pepperId).not.toContain(current);
  });

  it('looks for a secret under every pepper, the current one first', () => {
    const candidates = new SecretHasher([current, old]).candidates('secret');
    expect(candidates).toEqual([hmac(current, 'secret'), hmac(old, 'secret')]);
  });

  it('names every pepper as the secrets stored under it do', () => {
    const names = [current, old].map((pepper) => new SecretHasher([pepper]).store('s').pepperId);
    expect(new SecretHasher([current, old]).pepperIds).toEqual(names);
  });

  it('seals apart for each purpose, and apart from stored secrets', () => {
    const hasher = new SecretHasher([current]);
    expect(hasher.seal('one', 'text')).toEqual(hasher.seal('one', 'text'));
    expect(hasher.seal('one', 'text')).not.toEqual(hasher.seal('other', 'text'));
    expect(hasher.seal('one', 'text')).not.toEqual(hasher.store('text').hash);
  });

  it('needs a pepper', () => {
    expect(() => new SecretHasher([])).toThrow('a pepper is required');
  });
});
