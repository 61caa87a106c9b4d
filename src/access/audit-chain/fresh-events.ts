import { Injectable } from '@nestjs/common';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';

/** What is beyond this is read from the database when it is sealed. */
const mostKept = 50_000;

/** Events that this instance has just recorded, so that sealing need not read them again. */
@Injectable()
export class FreshEvents {
  private events = new Map<string, AuditEvent[]>();
  private count = 0;

  /** Keeps an event that is committed. */
  keep(event: AuditEvent): void {
    if (this.count === mostKept) return;
    this.count += 1;
    const own = this.events.get(event.organizationId);
    if (own) own.push(event);
    else this.events.set(event.organizationId, [event]);
  }

  /** Gives what was kept since the last time, by organization. What is not sealed now is forgotten. */
  take(): ReadonlyMap<string, readonly AuditEvent[]> {
    const taken = this.events;
    this.events = new Map();
    this.count = 0;
    return taken;
  }
}
