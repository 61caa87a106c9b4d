import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { inPortions, type EventRange } from '../audit-chain/event-ranges.js';
import { UsageRepository } from './usage.repository.js';

/** What has come since is read with each question, so a shorter pause saves little and costs an update a key. */
const pauseMs = 5_000;

/** Counting takes at most this part of the time, however much there is. */
const shareOfTime = 1 / 10;

/** Events of one statement at most: few enough that no call waits long for the processor. */
const mostEvents = 500;

/** Adds the calls in the audit log to the totals of use, now and then. Every instance does it, each for other organizations. */
@Injectable()
export class UsageCounter extends RepeatedWork {
  constructor(private readonly usage: UsageRepository) {
    super({ log: 'usage', failure: 'calls cannot be added up', pauseMs });
  }

  /** Adds every call of which this moment knows, but for those that another instance is adding. */
  async count(): Promise<void> {
    for (const portion of await this.portions()) {
      if (this.stopping) return;
      await this.usage.add(portion);
    }
  }

  protected override async work(): Promise<number> {
    const add = (portion: readonly EventRange[]) => this.usage.add(portion);
    return this.spread(await this.portions(), pauseMs, add, shareOfTime);
  }

  private async portions(): Promise<EventRange[][]> {
    return inPortions(await this.usage.uncounted(), mostEvents);
  }
}
