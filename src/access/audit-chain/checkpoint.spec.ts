import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isGenuine, signCheckpoint } from './checkpoint.js';

const checkpoint = { organization_id: null, seq: 7, hash: 'ab', at: '2026-11-22T04:00:00.000Z' };
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = () => generateKeyPairSync('ed25519');

describe('a checkpoint', () => {
  it.each([
    ['an Ed25519', ed25519],
    ['an RSA', rsa],
  ])('is genuine by %s key while nothing is changed, and by no other key', (_, pair) => {
    const { privateKey, publicKey } = pair();
    const signed = signCheckpoint(checkpoint, privateKey);
    expect(isGenuine(signed, publicKey)).toBe(true);
    expect(isGenuine({ ...signed, seq: 8 }, publicKey)).toBe(false);
    for (const other of [ed25519(), rsa()]) expect(isGenuine(signed, other.publicKey)).toBe(false);
  });
});
