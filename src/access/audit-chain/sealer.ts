import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { sealed, type Block } from './blocks.js';
import type { ChainHead } from './chain.js';
import { missingFrom, type EventRange } from './event-ranges.js';
import { FreshEvents } from './fresh-events.js';
import { SealingRepository, type UnsealedLog } from './sealing.repository.js';

const pauseMs = 500;

/** How often every log is looked at, for what an instance has recorded that is no more. */
const wholeLookMs = 2_000;

/** Looking at every log takes at most this part of the time, however many organizations there are. */
const shareOfTime = 1 / 20;

/** Bound of one transaction: few enough events that hashing them does not hold up calls. */
const mostEvents = 250;

type EventsByOrganization = ReadonlyMap<string, readonly AuditEvent[]>;

/**
 * Seals events into their organization's hash chain, right behind their commit. Every instance does it; an organization
 * that another one is sealing is passed over. It holds nothing that admission or a change waits for.
 */
@Injectable()
export class Sealer extends RepeatedWork {
  /** Organizations whose next event is gone. They are not looked at again: reading on would cost the same each time. */
  private readonly broken = new Set<string>();

  private nextWholeLook = 0;

  constructor(
    private readonly chain: SealingRepository,
    private readonly fresh: FreshEvents,
  ) {
    super({ log: 'sealer', failure: 'events cannot be sealed', pauseMs });
  }

  /** Seals what there is. What is left at a stop is sealed by another instance, or after the next start. */
  protected override async work(): Promise<void> {
    const fresh = this.fresh.take();
    const found = await this.find(fresh.organizationIds);
    let unsealed = found.filter((log) => !this.broken.has(log.organizationId));
    while (unsealed.length > 0 && !this.stopping) {
      const unfinished: UnsealedLog[] = [];
      for (const logs of inPortions(unsealed)) {
        if (this.stopping) break;
        unfinished.push(...(await this.seal(logs, fresh.events)));
      }
      unsealed = unfinished;
    }
  }

  /** Looks at the logs that this instance has written to, and now and then at all of them. */
  private async find(organizationIds: readonly string[]): Promise<UnsealedLog[]> {
    const start = performance.now();
    if (start < this.nextWholeLook) {
      return organizationIds.length > 0 ? this.chain.unsealed(organizationIds) : [];
    }
    const found = await this.chain.unsealed(null);
    const end = performance.now();
    this.nextWholeLook = end + Math.max(wholeLookMs, (end - start) / shareOfTime);
    return found;
  }

  /** Seals some events of each log in one transaction. Gives the logs that have more. */
  private seal(
    logs: readonly UnsealedLog[],
    fresh: EventsByOrganization,
  ): Promise<readonly UnsealedLog[]> {
    return this.chain.transaction(async () => {
      const heads = await this.chain.lock(logs.map((log) => log.organizationId));
      const left = logs.flatMap((log) => whatIsLeft(log, heads));
      const events = await this.eventsOf(left.map(nextRange), fresh);
      const blocks: Block[] = [];
      const unfinished: UnsealedLog[] = [];
      for (const { head, ...log } of left) {
        const made = sealed(head, events.get(log.organizationId) ?? []);
        blocks.push(...made);
        if (made.length === 0) this.tellOfGap(head);
        else if (nextRange(log).lastSeq < log.lastSeq) unfinished.push(log);
      }
      if (blocks.length > 0) await this.chain.append(blocks);
      return unfinished;
    });
  }

  /** The events of the ranges, in order: those that are fresh here, and the others from the database. */
  private async eventsOf(
    ranges: readonly EventRange[],
    fresh: EventsByOrganization,
  ): Promise<EventsByOrganization> {
    const events = new Map<string, AuditEvent[]>();
    const missing: EventRange[] = [];
    for (const range of ranges) {
      const kept = fresh.get(range.organizationId) ?? [];
      const own = kept.filter(({ seq }) => seq >= range.firstSeq && seq <= range.lastSeq);
      own.sort(bySeq);
      missing.push(...missingFrom(range, own));
      events.set(range.organizationId, own);
    }
    if (missing.length === 0) return events;
    for (const event of await this.chain.events(missing))
      events.get(event.organizationId)?.push(event);
    for (const own of events.values()) own.sort(bySeq);
    return events;
  }

  private tellOfGap({ organizationId, seq }: ChainHead): void {
    this.broken.add(organizationId);
    this.logger.error(
      `event ${seq + 1} of organization ${organizationId} is gone, nothing after it can be sealed`,
    );
  }
}

/** Cuts logs into portions that hold about as many events as a transaction takes. */
function inPortions(logs: readonly UnsealedLog[]): UnsealedLog[][] {
  const portions: UnsealedLog[][] = [];
  let room = 0;
  for (const log of logs) {
    if (room <= 0) {
      portions.push([]);
      room = mostEvents;
    }
    portions.at(-1)?.push(log);
    room -= log.lastSeq - log.firstSeq + 1;
  }
  return portions;
}

/** A log beside its head, from the event that follows it. Nothing where another instance has the head, or was faster. */
function whatIsLeft(log: UnsealedLog, heads: readonly ChainHead[]) {
  const head = heads.find(({ organizationId }) => organizationId === log.organizationId);
  return head && head.seq < log.lastSeq ? [{ ...log, head, firstSeq: head.seq + 1 }] : [];
}

/** As much of a log as is sealed at once. */
function nextRange({ organizationId, firstSeq, lastSeq }: UnsealedLog): EventRange {
  return { organizationId, firstSeq, lastSeq: Math.min(lastSeq, firstSeq + mostEvents - 1) };
}

function bySeq(one: AuditEvent, other: AuditEvent): number {
  return one.seq - other.seq;
}
