import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import type { SealableEvent } from './blocks.js';
import { canonicalEvent } from './canonical-event.js';

const firstSize = 1 << 20;

/** Events that take more memory than this are not kept. */
const mostBytes = 1 << 24;

/** A character takes three bytes at most: those that take four are two characters to JavaScript. */
const mostBytesOfCharacter = 3;

/** Where an event is: four numbers, one after another. */
const numbersOfEvent = 4;

/**
 * Events as sealing needs them: their canonical bytes, one after another. As objects they would live just long enough
 * to be moved to the old generation, which would have to be collected every other second.
 */
export class FreshLog {
  private bytes = Buffer.allocUnsafeSlow(firstSize);
  private used = 0;

  /** By organization: number, time in milliseconds, start and end of each event. */
  private readonly places = new Map<string, number[]>();

  get organizationIds(): Iterable<string> {
    return this.places.keys();
  }

  /** Keeps an event; false when there is no room. */
  keep(event: AuditEvent): boolean {
    const text = canonicalEvent(event);
    if (!this.makeRoom(text.length * mostBytesOfCharacter)) return false;
    const start = this.used;
    this.used += this.bytes.write(text, start);
    let own = this.places.get(event.organizationId);
    if (!own) this.places.set(event.organizationId, (own = []));
    own.push(event.seq, event.occurredAt.getTime(), start, this.used);
    return true;
  }

  /** Those events of an organization that are kept, from one number to another, in order. */
  events(organizationId: string, firstSeq: number, lastSeq: number): SealableEvent[] {
    const own = this.places.get(organizationId) ?? [];
    const found: SealableEvent[] = [];
    for (let at = 0; at < own.length; at += numbersOfEvent) {
      const [seq = 0, time = 0, start, end] = own.slice(at, at + numbersOfEvent);
      if (seq < firstSeq || seq > lastSeq) continue;
      const canonical = this.bytes.subarray(start, end);
      found.push({ seq, occurredAt: new Date(time), canonical });
    }
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** Forgets all events, and keeps the memory for others. */
  clear(): void {
    this.places.clear();
    this.used = 0;
  }

  private makeRoom(length: number): boolean {
    const needed = this.used + length;
    if (needed > mostBytes) return false;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    return true;
  }
}
