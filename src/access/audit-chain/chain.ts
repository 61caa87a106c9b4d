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

/** The hash of an event: SHA-256 of the hash before it and its canonical form. */
export function linkHash(previous: Buffer, canonicalEvent: string): Buffer {
  const mostBytes = hashLength + 3 * canonicalEvent.length;
  if (scratch.length < mostBytes) scratch = Buffer.allocUnsafeSlow(mostBytes);
  scratch.set(previous);
  const end = hashLength + scratch.write(canonicalEvent, hashLength);
  return hash('sha256', scratch.subarray(0, end), 'buffer');
}

/** What is hashed is put together here: two buffers less for each event. */
let scratch = Buffer.alloc(0);

/** Bytes that are the same wherever and by whatever they are made: RFC 8785 (JCS). */
export function canonicalForm(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('has no canonical form');
  return text;
}
