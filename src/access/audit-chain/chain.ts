import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The length of a hash in bytes. */
export const hashLength = 32;

/** What stands before an organization's first event. */
export const genesis = Buffer.alloc(hashLength);

/** The last sealed event of an organization, by its number and hash. */
export interface ChainHead {
  readonly organizationId: string;
  readonly seq: number;
  readonly hash: Buffer;
}

/**
 * The hash of an event: SHA-256 of the hash before it and its canonical form.
 *
 * @param into what the hash is written to; a buffer of its own unless given
 */
export function linkHash(
  previous: Uint8Array,
  canonicalEvent: Uint8Array,
  into: Buffer = Buffer.alloc(hashLength),
): Buffer {
  const end = hashLength + canonicalEvent.length;
  if (scratch.length < end) scratch = Buffer.allocUnsafeSlow(2 * end);
  scratch.set(previous);
  scratch.set(canonicalEvent, hashLength);
  into.write(hash('sha256', scratch.subarray(0, end), 'binary'), 'binary');
  return into;
}

/**
 * What is hashed is put together here, and a hash comes as text: a buffer for each is what most of the time would go to.
 */
let scratch = Buffer.alloc(0);

/** Bytes that are the same wherever and by whatever they are made: RFC 8785 (JCS). */
export function canonicalForm(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('has no canonical form');
  return text;
}
