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

/** What the index has of an event: number, time in milliseconds, piece, start, end, and its log's event before it. */
const numbersOfEvent = 6;
const none = -1;

/**
 * Events as sealing needs them: their canonical bytes, one after another, and an index. Both are outside V8's heap: as
 * objects they would live just long enough to be moved to the old generation, which would have to be collected every
 * other second.
 */
export class FreshLog {
  private readonly pieces: Buffer[] = [];

  /** How many of the pieces are in use, and how much of the last of these. */
  private usedPieces = 0;
  private used = 0;

  private index = new Float64Array(numbersOfEvent << 8);
  private indexed = 0;

  /** By organization: where the index has its last event. */
  private readonly last = new Map<string, number>();

  get organizationIds(): Iterable<string> {
    return this.last.keys();
  }

  /** Keeps an event; false when there is no room. */
  keep({ organizationId, seq, occurredAt, canonical }: FreshEvent): boolean {
    const piece = this.pieceWithRoom(canonical.length * mostBytesOfCharacter);
    if (!piece) return false;
    const start = this.used;
    this.used += piece.write(canonical, start);
    const at = this.placeInIndex();
    this.index[at] = seq;
    this.index[at + 1] = occurredAt.getTime();
    this.index[at + 2] = this.usedPieces - 1;
    this.index[at + 3] = start;
    this.index[at + 4] = this.used;
    this.index[at + 5] = this.last.get(organizationId) ?? none;
    this.last.set(organizationId, at);
    return true;
  }

  /** Those events of an organization that are kept, from one number to another, in order. */
  events(organizationId: string, firstSeq: number, lastSeq: number): SealableEvent[] {
    const { index } = this;
    const found: SealableEvent[] = [];
    let at = this.last.get(organizationId) ?? none;
    for (; at !== none; at = index[at + 5] ?? none) {
      const seq = index[at] ?? 0;
      if (seq < firstSeq || seq > lastSeq) continue;
      const canonical = this.pieces[index[at + 2] ?? 0]?.subarray(index[at + 3], index[at + 4]);
      if (canonical) found.push({ seq, occurredAt: new Date(index[at + 1] ?? 0), canonical });
    }
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** Forgets all events, and keeps as much memory for others as these took. */
  clear(): void {
    this.last.clear();
    this.indexed = 0;
    this.pieces.length = this.usedPieces;
    this.usedPieces = 0;
    this.used = 0;
  }

  private placeInIndex(): number {
    const at = this.indexed;
    this.indexed += numbersOfEvent;
    if (this.indexed > this.index.length) {
      const larger = new Float64Array(this.index.length * 2);
      larger.set(this.index);
      this.index = larger;
    }
    return at;
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
