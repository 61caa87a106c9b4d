import type { AuditEventView, Latchkey } from '@latchkey/sdk';
import type { Filter } from './audit-filter.js';

/**
 * Reads a log in the order of its numbers, each event once. An event gets its number under a lock that is held until its
 * commit, so none appears behind one with a later number.
 */
export class AuditFollower {
  private lastSeq = 0;

  constructor(
    private readonly latchkey: Latchkey,
    private readonly filter: Filter,
    private readonly signal: AbortSignal,
  ) {}

  /** The newest events that are there, so many at most, the oldest first. */
  async newest(most: number): Promise<AuditEventView[]> {
    const events = await this.read(Math.max(most, 1));
    return most === 0 ? [] : events;
  }

  /** What has come since, the oldest first. */
  next(): Promise<AuditEventView[]> {
    return this.read(Infinity);
  }

  private async read(most: number): Promise<AuditEventView[]> {
    const { filter, signal } = this;
    const found: AuditEventView[] = [];
    const newestFirst = this.latchkey.audit.all(
      { ...filter, limit: Math.min(most, 100) },
      { signal },
    );
    for await (const event of newestFirst) {
      if (event.seq <= this.lastSeq) break;
      found.push(event);
      if (found.length >= most) break;
    }
    this.lastSeq = found[0]?.seq ?? this.lastSeq;
    return found.reverse();
  }
}
