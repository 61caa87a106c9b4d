import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repeating } from '../../platform/repeating.js';
import { PartitionsRepository } from './partitions.repository.js';

/** Enough that somebody hears of partitions that cannot be made long before one is missing. */
const weeksAhead = 4;

const pauseMs = 3_600_000;
const retryMs = 60_000;

/** Makes the partitions of the weeks to come, at the start and then once an hour. Every instance does it. */
@Injectable()
export class PartitionMaker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('audit storage');
  private readonly making = new Repeating(
    () => this.make(),
    retryMs,
    (error) => this.tell(error),
  );

  constructor(private readonly partitions: PartitionsRepository) {}

  /** The first events come right after the start. */
  async onApplicationBootstrap(): Promise<void> {
    const pause = await this.make().catch((error: unknown) => {
      this.tell(error);
      return retryMs;
    });
    this.making.start(pause);
  }

  onModuleDestroy(): Promise<void> {
    return this.making.stop();
  }

  /** Makes what is missing, and gives the pause until the next look. */
  private async make(): Promise<number> {
    const made = await this.partitions.makeAhead(weeksAhead);
    if (made.length > 0) this.logger.log(`made ${made.join(', ')}`);
    return pauseMs;
  }

  private tell(error: unknown): void {
    this.logger.error({ err: error }, 'partitions for the weeks to come cannot be made');
  }
}
