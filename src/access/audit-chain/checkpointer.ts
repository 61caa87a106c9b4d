import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { ChainRepository } from './chain.repository.js';
import { CheckpointFiles } from './checkpoint-files.js';

/** Signing takes some 30 µs each and nothing else happens meanwhile. */
const mostAtOnce = 200;

/**
 * Signs, once a minute and at the end, where each organization's chain has come to, and writes it outside the
 * database. Where nothing can be written, chains go on without.
 */
@Injectable()
export class Checkpointer extends RepeatedWork implements BeforeApplicationShutdown {
  constructor(
    private readonly chain: ChainRepository,
    private readonly files: CheckpointFiles,
    private readonly database: Database,
  ) {
    super({ log: 'checkpoints', failure: 'checkpoints cannot be written', pauseMs: 60_000 });
  }

  /** Once more, after what was to be sealed is. */
  beforeApplicationShutdown(): Promise<void> {
    return this.run();
  }

  protected override async work(): Promise<void> {
    while ((await this.writeSome()) === mostAtOnce);
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
}
