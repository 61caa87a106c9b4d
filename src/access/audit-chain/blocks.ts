import { hashLength, linkHash, type ChainHead } from './chain.js';

/** What sealing needs of an event. */
export interface SealableEvent {
  readonly seq: number;
  readonly occurredAt: Date;
  /** Its canonical form, in UTF-8. */
  readonly canonical: Uint8Array;
}

/** Consecutive events that were sealed together. */
export interface Block {
  readonly organizationId: string;
  readonly firstSeq: number;
  /** When the last of them was. */
  readonly lastAt: Date;
  readonly previousHash: Buffer;
  /** The hash of each event, one after another. */
  readonly hashes: Buffer;
}

/** As many hashes as stand in a row of PostgreSQL without being moved out of it (2 kB). */
const mostInABlock = 50;

/**
 * Seals the events that follow the head, up to the first that is missing.
 *
 * @param events in the order of their numbers
 */
export function sealed(head: ChainHead, events: readonly SealableEvent[]): Block[] {
  const blocks: Block[] = [];
  let previousHash = head.hash;
  const gap = events.findIndex((event, index) => event.seq !== head.seq + 1 + index);
  const following = gap === -1 ? events : events.slice(0, gap);
  for (let at = 0; at < following.length; at += mostInABlock) {
    const members = following.slice(at, at + mostInABlock);
    const last = members.at(-1);
    if (!last) break;
    const block: Block = {
      organizationId: head.organizationId,
      firstSeq: head.seq + 1 + at,
      lastAt: last.occurredAt,
      previousHash,
      hashes: hashesOf(previousHash, members),
    };
    blocks.push(block);
    previousHash = block.hashes.subarray(-hashLength);
  }
  return blocks;
}

function hashesOf(previous: Buffer, events: readonly SealableEvent[]): Buffer {
  const hashes = Buffer.allocUnsafeSlow(events.length * hashLength);
  let last = previous;
  for (const [index, { canonical }] of events.entries()) {
    const own = hashes.subarray(index * hashLength, (index + 1) * hashLength);
    last = linkHash(last, canonical, own);
  }
  return hashes;
}
