import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EventRecord } from '../audit-trail/event-record.js';

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
export function linkHash(previous: Buffer, record: EventRecord): Buffer {
  return createHash('sha256').update(previous).update(canonicalForm(record)).digest();
}

/** Bytes that are the same wherever and by whatever they are made: RFC 8785 (JCS). */
export function canonicalForm(record: object): string {
  const text = canonicalize(record);
  if (text === undefined) throw new Error('has no canonical form');
  return text;
}
