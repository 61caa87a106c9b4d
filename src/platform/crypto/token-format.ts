import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 43;
const checksumLength = 6;
const pattern = /^[a-z][a-z0-9]{0,7}_[0-9A-Za-z]{49}$/;

/**
 * Makes a secret: prefix, `_`, 256 random bits as 43 characters of base62, and the CRC-32 of all of that as 6 more.
 * Most significant digit first, left-padded with `0`.
 *
 * @param bits 32 bytes that nobody can guess, fresh ones unless given
 */
export function mintToken(prefix: string, bits: Buffer = randomBytes(32)): string {
  const random = BigInt(`0x${bits.toString('hex')}`);
  const body = `${prefix}_${base62(random, randomLength)}`;
  return body + checksum(body);
}

/**
 * Tells whether a text has the form of a secret and its checksum is right, so that a mistyped or made-up
 * token is refused without a look in the database. It says nothing about whether the secret is known.
 */
export function isWellFormedToken(token: string): boolean {
  if (!pattern.test(token)) return false;
  const body = token.slice(0, -checksumLength);
  return token.slice(-checksumLength) === checksum(body);
}

/** What may be shown of a secret afterwards: its first 10 characters. */
export function tokenPrefix(token: string): string {
  return token.slice(0, 10);
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  while (rest > 0n) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text.padStart(length, '0');
}
