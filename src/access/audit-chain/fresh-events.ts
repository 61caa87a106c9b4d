import { Injectable } from '@nestjs/common';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';

/** What is beyond this is read from the database when it is sealed. */
const mostKept = 50_000;

/** What this instance has recorded since the last time. */
export interface Fresh {
  /** Some of the events, by organization. */
  readonly events: ReadonlyMap<string, readonly AuditEvent[]>;
  /** The organizations whose logs have grown, and perhaps others. */
  readonly organizationIds: readonly string[];
}

/** What this instance has just recorded, so that sealing need neither look for it nor read it again. */
@Injectable()
export class FreshEvents {
  private events = new Map<string, AuditEvent[]>();
  private count = 0;
  private mentioned = new Set<string>();
  private mentionedBefore = new Set<string>();

  /** Keeps an event that is committed. */
  keep(event: AuditEvent): void {
    if (this.count === mostKept) {
      this.mention(event.organizationId);
      return;
    }
    this.count += 1;
    const own = this.events.get(event.organizationId);
    if (own) own.push(event);
    else this.events.set(event.organizationId, [event]);
  }

  /** Notes that something is about to be recorded in an organization's log which is not kept here. */
  mention(organizationId: string): void {
    this.mentioned.add(organizationId);
  }

  /** Gives what came since the last time; mentions a second time, since their commit may come later. */
  take(): Fresh {
    const { events, mentioned, mentionedBefore } = this;
    this.events = new Map();
    this.count = 0;
    this.mentioned = new Set();
    this.mentionedBefore = mentioned;
    const organizationIds = new Set([...events.keys(), ...mentioned, ...mentionedBefore]);
    return { events, organizationIds: [...organizationIds] };
  }
}
