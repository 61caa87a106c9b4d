import { describe, expect, it } from 'vitest';
import type { ApiError } from '../http/api-error.js';
import { Passwords } from './passwords.js';

describe('Passwords', () => {
  const passwords = new Passwords();

  it('hashes with argon2id, with a salt of its own each time', async () => {
    const [one, other] = await Promise.all([passwords.hash('secret'), passwords.hash('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
  });

  it('tells the right password from a wrong one', async () => {
    const hash = await passwords.hash('pässword');
    expect(await passwords.matches('pässword', hash)).toBe(true);
    for (const wrong of ['pässword ', 'Pässword', '', 'password'])
      expect(await passwords.matches(wrong, hash)).toBe(false);
  });

  it("matches nothing where there is no hash, not even the decoy's own password", async () => {
    expect(await passwords.matches('a password that nobody has', null)).toBe(false);
  });

  it('computes four hashes at once and no more', async () => {
    const busy = new Passwords();
    // What it counts is nobody's business but this test's.
    const running = () => (busy as unknown as { running: number }).running;
    const hashes = Array.from({ length: 12 }, () => busy.hash('secret'));
    expect(running()).toBe(4);
    await Promise.all(hashes);
    expect(running()).toBe(0);
  });

  it('lets everyone through in the end, however many wait', async () => {
    const hash = await passwords.hash('secret');
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) => passwords.matches(i % 2 ? 'secret' : 'wrong', hash)),
    );
    expect(results).toEqual(Array.from({ length: 40 }, (_, i) => i % 2 === 1));
    expect(await passwords.matches('secret', hash)).toBe(true);
  });

  it('refuses whoever would have to wait behind too many, and then goes on', async () => {
    const full = new Passwords(3);
    const hashes = Array.from({ length: 8 }, () => full.hash('secret'));
    const outcomes = (await Promise.allSettled(hashes)).map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as ApiError).code : 'hashed',
    );
    expect(outcomes).toEqual([...Array.from({ length: 7 }, () => 'hashed'), 'unavailable']);
    expect(await full.matches('secret', await full.hash('secret'))).toBe(true);
  });

  it('goes on after one that failed', async () => {
    const broken = Array.from({ length: 10 }, () => passwords.matches('secret', 'no hash at all'));
    const outcomes = await Promise.allSettled(broken);
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    expect(await passwords.matches('secret', await passwords.hash('secret'))).toBe(true);
  });
});
