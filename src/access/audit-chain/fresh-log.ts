import type { EventPlace } from '../audit-trail/event-id.js';
import type { SealableEvent } from './blocks.js';

/** An event that is committed. */
export interface FreshEvent extends EventPlace {
  readonly canonical: string;
}

/** Memory is taken in pieces of this size. One that an event may not fit in is larger. */
const bytesOfPiece = 1 << 18;

/** Events that take more memory than this are not kept. */
const mostBytes = 1 << 24;

/** A character takes three bytes at most: those that take four are two characters to JavaScript. */
const mostBytesOfCharacter = 3;

/** Where an event is: five numbers, one after another. */
const numbersOfEvent = 5;

/**
 * Events as sealing needs them: their canonical bytes, one after another. As objects they would live just long enough
 * to be moved to the old generation, which would have to be collected every other second.
 */
export class FreshLog {
  private readonly pieces: Buffer[] = [];

  /** How many of the pieces are in use, and how much of the last of these. */
  private usedPieces = 0;
  private used = 0;

  /** By organization: number, time in milliseconds, piece, start and end of each event. */
  private readonly places = new Map<string, number[]>();

  get organizationIds(): Iterable<string> {
    return this.places.keys();
  }

  /** Keeps an event; false when there is no room. */
  keep({ organizationId, seq, occurredAt, canonical }: FreshEvent): boolean {
    const piece = this.pieceWithRoom(canonical.length * mostBytesOfCharacter);
    if (!piece) return false;
    const start = this.used;
    this.used += piece.write(canonical, start);
    let own = this.places.get(organizationId);
    if (!own) this.places.set(organizationId, (own = []));
    own.push(seq, occurredAt.getTime(), this.usedPieces - 1, start, this.used);
    return true;
  }

  /** Those events of an organization that are kept, from one number to another, in order. */
  events(organizationId: string, firstSeq: number, lastSeq: number): SealableEvent[] {
    const own = this.places.get(organizationId) ?? [];
    const found: SealableEvent[] = [];
    for (let at = 0; at < own.length; at += numbersOfEvent) {
      const seq = own[at] ?? 0;
      if (seq < firstSeq || seq > lastSeq) continue;
      const canonical = this.pieces[own[at + 2] ?? 0]?.subarray(own[at + 3], own[at + 4]);
      if (canonical) found.push({ seq, occurredAt: new Date(own[at + 1] ?? 0), canonical });
    }
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** Forgets all events, and keeps as much memory for others as these took. */
  clear(): void {
    this.places.clear();
    this.pieces.length = this.usedPieces;
    this.usedPieces = 0;
    this.used = 0;
  }

  /** The piece that is being filled, or the next one; null when there is no room for so many bytes. */
  private pieceWithRoom(bytes: number): Buffer | null {
    const filling = this.pieces[this.usedPieces - 1];
    if (filling && this.used + bytes <= filling.length) return filling;
    let next = this.pieces[this.usedPieces];
    if (!next || next.length < bytes) {
      const length = Math.max(bytes, bytesOfPiece);
      this.pieces.length = this.usedPieces;
      if (this.pieces.reduce((sum, piece) => sum + piece.length, length) > mostBytes) return null;
      next = Buffer.allocUnsafeSlow(length);
      this.pieces.push(next);
    }
    this.usedPieces += 1;
    this.used = 0;
    return next;
  }
}
