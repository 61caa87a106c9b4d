import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { inPortions, type EventRange } from '../audit-chain/event-ranges.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import { WholeLook } from '../audit-chain/whole-look.js';
import { UsageRepository } from './usage.repository.js';

/** What has come since is read with each question, so a shorter pause saves little and costs an update a key. */
const pauseMs = 5_000;

const wholeLook = { pauseMs: 30_000, shareOfTime: 1 / 100 };

/** Counting takes at most this part of the time, however much there is. */
const shareOfTime = 1 / 10;

/** Events of one statement at most: few enough that no call waits long for the processor. */
const mostEvents = 500;

/** Adds the calls in the audit log to the totals of use, now and then. Every instance does it, each for other organizations. */
@Injectable()
export class UsageCounter extends RepeatedWork {
  private readonly wholeLook = new WholeLook(wholeLook.pauseMs, wholeLook.shareOfTime);

  constructor(
    private readonly usage: UsageRepository,
    private readonly fresh: FreshEvents,
  ) {
    super({ log: 'usage', failure: 'calls cannot be added up', pauseMs });
  }

  /** Adds every call of which this moment knows, but for those that another instance is adding. */
  async count(): Promise<void> {
    for (const portion of inPortions(await this.usage.uncounted(null), mostEvents)) {
      if (this.stopping) return;
      await this.usage.add(portion);
    }
  }

  protected override async work(): Promise<number> {
    const portions = inPortions(await this.find(), mostEvents);
    return this.spread(portions, pauseMs, (portion) => this.usage.add(portion), shareOfTime);
  }

  private async find(): Promise<EventRange[]> {
    const grown = this.fresh.takeGrown();
    if (this.wholeLook.isDue) return this.wholeLook.take(() => this.usage.uncounted(null));
    return grown.length > 0 ? this.usage.uncounted(grown) : [];
  }
}
