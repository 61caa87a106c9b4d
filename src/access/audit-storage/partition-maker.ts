import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { PartitionsRepository } from './partitions.repository.js';

/** Enough that somebody hears of partitions that cannot be made long before one is missing. */
const weeksAhead = 4;

const pauseMs = 3_600_000;
const retryMs = 60_000;

/** Makes the partitions of the weeks to come, at the start and then once an hour. Every instance does it. */
@Injectable()
export class PartitionMaker extends RepeatedWork {
  constructor(private readonly partitions: PartitionsRepository) {
    super({
      log: 'audit storage',
      failure: 'partitions for the weeks to come cannot be made',
      level: 'error',
      pauseMs: retryMs,
    });
  }

  /** The first events come right after the start. */
  override onApplicationBootstrap(): Promise<void> {
    return this.run();
  }

  /** Makes what is missing, and gives the pause until the next look. */
  protected override async work(): Promise<number> {
    const made = await this.partitions.makeAhead(weeksAhead);
    if (made.length > 0) this.logger.log(`made ${made.join(', ')}`);
    return pauseMs;
  }
}
