import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { canonicalEvent } from './canonical-event.js';
import { linkHash, type ChainHead } from './chain.js';

/** Consecutive events that were sealed together, with the hash of each. */
export interface Block {
  readonly organizationId: string;
  readonly firstSeq: number;
  /** When the last of them was. */
  readonly lastAt: Date;
  readonly previousHash: Buffer;
  readonly hashes: readonly Buffer[];
}

/** As many hashes as stand in a row of PostgreSQL without being moved out of it (2 kB). */
const mostInABlock = 50;

/**
 * Seals the events that follow the head, up to the first that is missing.
 *
 * @param events in the order of their numbers
 */
export function sealed(head: ChainHead, events: readonly AuditEvent[]): Block[] {
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
    previousHash = block.hashes.at(-1) ?? previousHash;
  }
  return blocks;
}

function hashesOf(previous: Buffer, events: readonly AuditEvent[]): Buffer[] {
  let last = previous;
  return events.map((event) => (last = linkHash(last, canonicalEvent(event))));
}
