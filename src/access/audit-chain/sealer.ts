import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { sealed, type Block, type SealableEvent } from './blocks.js';
import { canonicalEvent } from './canonical-event.js';
import type { ChainHead } from './chain.js';
import { inPortions, missingFrom, type EventRange } from './event-ranges.js';
import { FreshEvents } from './fresh-events.js';
import type { FreshLog } from './fresh-log.js';
import { SealingRepository } from './sealing.repository.js';
import { WholeLook } from './whole-look.js';

const pauseMs = 500;

const wholeLook = { pauseMs: 2_000, shareOfTime: 1 / 50 };

/** Events of one transaction at most: few enough that hashing them does not hold up calls. */
const mostEvents = 500;

/**
 * Seals events into their organization's hash chain, right behind their commit. Every instance does it; an organization
 * that another one is sealing is passed over. It holds nothing that admission or a change waits for.
 */
@Injectable()
export class Sealer extends RepeatedWork {
  /** Organizations whose next event is gone. They are not looked at again: reading on would cost the same each time. */
  private readonly broken = new Set<string>();

  private readonly wholeLook = new WholeLook(wholeLook.pauseMs, wholeLook.shareOfTime);

  constructor(
    private readonly chain: SealingRepository,
    private readonly fresh: FreshEvents,
  ) {
    super({ log: 'sealer', failure: 'events cannot be sealed', pauseMs });
  }

  /** Seals what there is. What is left at a stop is sealed by another instance, or after the next start. */
  protected override async work(): Promise<number> {
    const fresh = this.fresh.take();
    const found = await this.find(fresh.organizationIds);
    const unsealed = found.filter((log) => !this.broken.has(log.organizationId));
    const portions = inPortions(unsealed, mostEvents);
    return this.spread(portions, pauseMs, (ranges) => this.seal(ranges, fresh.log));
  }

  private async find(organizationIds: readonly string[]): Promise<EventRange[]> {
    if (this.wholeLook.isDue) return this.wholeLook.take(() => this.chain.unsealed(null));
    return organizationIds.length > 0 ? this.chain.unsealed(organizationIds) : [];
  }

  /** Seals ranges of some logs in one transaction. */
  private seal(ranges: readonly EventRange[], fresh: FreshLog): Promise<void> {
    return this.chain.transaction(async () => {
      const heads = await this.chain.lock(ranges.map((range) => range.organizationId));
      this.lookAgainAtHeld(ranges, heads);
      const left = ranges.flatMap((range) => whatIsLeft(range, heads));
      const events = await this.eventsOf(left, fresh);
      const blocks: Block[] = [];
      for (const { head, organizationId } of left) {
        const made = sealed(head, events.get(organizationId) ?? []);
        blocks.push(...made);
        if (made.length === 0) this.tellOfGap(head);
      }
      if (blocks.length > 0) await this.chain.append(blocks);
    });
  }

  /** Another instance seals a log that was passed over, but perhaps not as far as this one knows it to go. */
  private lookAgainAtHeld(ranges: readonly EventRange[], heads: readonly ChainHead[]): void {
    const taken = new Set(heads.map((head) => head.organizationId));
    for (const { organizationId } of ranges)
      if (!taken.has(organizationId)) this.fresh.mention(organizationId);
  }

  /** The events of the ranges, in order: those that are fresh here, and the others from the database. */
  private async eventsOf(
    ranges: readonly EventRange[],
    fresh: FreshLog,
  ): Promise<ReadonlyMap<string, readonly SealableEvent[]>> {
    const events = new Map<string, SealableEvent[]>();
    const missing: EventRange[] = [];
    for (const range of ranges) {
      const { organizationId, firstSeq, lastSeq } = range;
      const own = fresh.events(organizationId, firstSeq, lastSeq);
      missing.push(...missingFrom(range, own));
      events.set(organizationId, own);
    }
    if (missing.length === 0) return events;
    for (const event of await this.chain.events(missing)) {
      const { seq, occurredAt } = event;
      const canonical = Buffer.from(canonicalEvent(event));
      events.get(event.organizationId)?.push({ seq, occurredAt, canonical });
    }
    for (const own of events.values()) own.sort((one, other) => one.seq - other.seq);
    return events;
  }

  private tellOfGap({ organizationId, seq }: ChainHead): void {
    if (this.broken.has(organizationId)) return;
    this.broken.add(organizationId);
    this.logger.error(
      `event ${seq + 1} of organization ${organizationId} is gone, nothing after it can be sealed`,
    );
  }
}

/**
 * A range beside its head, from the event that follows it. Nothing where another instance has the head, or was faster; only
 * as much as is sealed at once where one was slower.
 */
function whatIsLeft({ organizationId, lastSeq }: EventRange, heads: readonly ChainHead[]) {
  const head = heads.find((one) => one.organizationId === organizationId);
  if (!head || head.seq >= lastSeq) return [];
  const firstSeq = head.seq + 1;
  return [{ organizationId, head, firstSeq, lastSeq: Math.min(lastSeq, head.seq + mostEvents) }];
}
