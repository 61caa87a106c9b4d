import { Injectable } from '@nestjs/common';
import { FreshLog, type FreshEvent } from './fresh-log.js';

/** What this instance has recorded since the last time. */
export interface Fresh {
  /** Some of the events, until the next is taken. */
  readonly log: FreshLog;
  /** The organizations whose logs have grown, and perhaps others. */
  readonly organizationIds: readonly string[];
}

/** What this instance has just recorded, so that sealing need neither look for it nor read it again. */
@Injectable()
export class FreshEvents {
  private filling = new FreshLog();
  private taken = new FreshLog();
  private mentioned = new Set<string>();
  private mentionedBefore = new Set<string>();
  private grown = new Set<string>();

  /** Keeps an event that is committed. What there is no room for is read from the database when it is sealed. */
  keep(event: FreshEvent): void {
    if (!this.filling.keep(event)) this.mention(event.organizationId);
  }

  /** Notes that something is about to be recorded in an organization's log which is not kept here. */
  mention(organizationId: string): void {
    this.mentioned.add(organizationId);
  }

  /** Gives what came since the last time; mentions a second time, since their commit may come later. */
  take(): Fresh {
    const { filling: log, mentioned, mentionedBefore } = this;
    this.filling = this.taken;
    this.filling.clear();
    this.taken = log;
    this.mentioned = new Set();
    this.mentionedBefore = mentioned;
    const organizationIds = new Set([...log.organizationIds, ...mentioned, ...mentionedBefore]);
    for (const id of organizationIds) this.grown.add(id);
    return { log, organizationIds: [...organizationIds] };
  }

  /** Gives the organizations whose events have been taken since the last time. */
  takeGrown(): string[] {
    const grown = [...this.grown];
    this.grown.clear();
    return grown;
  }
}
