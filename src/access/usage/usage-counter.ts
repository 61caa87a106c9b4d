import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { UsageRepository } from './usage.repository.js';

/** What has come since is read with each question, so a shorter pause saves little and costs an update a key. */
const pauseMs = 5_000;

/** Counting takes at most this part of the time, however much there is. */
const shareOfTime = 1 / 10;

/** Bounds of one statement. */
const mostOrganizations = 100;
const mostEvents = 2_000;

/** Adds the calls in the audit log to the totals of use, now and then. Every instance does it, each for other organizations. */
@Injectable()
export class UsageCounter extends RepeatedWork {
  constructor(private readonly usage: UsageRepository) {
    super({ log: 'usage', failure: 'calls cannot be added up', pauseMs });
  }

  /** Adds every call of which this moment knows, but for those that another instance is adding. */
  async count(): Promise<void> {
    const now = await this.usage.begin();
    while (!this.stopping && (await this.usage.add(now, mostOrganizations, mostEvents)) > 0);
  }

  protected override async work(): Promise<number> {
    const start = performance.now();
    await this.count();
    return Math.max(pauseMs, (performance.now() - start) / shareOfTime);
  }
}
