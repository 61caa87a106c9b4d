import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Repeating } from '../../platform/repeating.js';
import { ChainRepository } from './chain.repository.js';
import { CheckpointFiles } from './checkpoint-files.js';

const pauseMs = 60_000;

/** Signing takes some 30 µs each and nothing else happens meanwhile. */
const mostAtOnce = 200;

/**
 * Signs, once a minute and at the end, where each organization's chain has come to, and writes it outside the
 * database. Where nothing can be written, chains go on without.
 */
@Injectable()
export class Checkpointer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('checkpoints');
  private readonly writing = new Repeating(
    () => this.writeAll(),
    pauseMs,
    (error) => this.tell(error),
  );

  constructor(
    private readonly chain: ChainRepository,
    private readonly files: CheckpointFiles,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.writing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing.stop();
    await this.writeAll().catch((error: unknown) => this.tell(error));
  }

  /** Writes what is due, and gives the pause until the next time. */
  private async writeAll(): Promise<number> {
    while ((await this.writeSome()) === mostAtOnce);
    return pauseMs;
  }

  private writeSome(): Promise<number> {
    return this.database.transaction(async () => {
      const heads = await this.chain.lockUncheckpointed(mostAtOnce);
      if (heads.length === 0) return 0;
      await this.files.append(heads);
      await this.chain.markCheckpointed(heads);
      return heads.length;
    });
  }

  private tell(error: unknown): void {
    this.logger.warn({ err: error }, 'checkpoints cannot be written');
  }
}
