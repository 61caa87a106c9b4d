import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Repeating } from '../../platform/repeating.js';
import { recordOf } from '../audit-trail/event-record.js';
import { UsageRepository } from '../usage/usage.repository.js';
import { lastSeqOf, sealed, type Block } from './blocks.js';
import type { ChainHead } from './chain.js';
import { ChainRepository } from './chain.repository.js';

const pauseMs = 500;

/** Looking for what is to be sealed takes at most this part of the time, however many organizations there are. */
const shareOfTime = 1 / 10;

/** Bounds of one transaction: few enough events that hashing them does not hold up calls. */
const mostOrganizations = 100;
const mostEvents = 500;

/**
 * Seals events into their organization's hash chain, right behind their commit, and adds the calls among them to the
 * totals of use. Every instance does it; an organization that another one is sealing is passed over. It holds nothing
 * that admission or a change waits for.
 */
@Injectable()
export class Sealer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('sealer');
  private readonly sealing = new Repeating(
    () => this.sealAll(),
    pauseMs,
    (error) => this.logger.warn({ err: error }, 'events cannot be sealed'),
  );

  /** Organizations whose missing event has been told of. */
  private readonly told = new Set<string>();

  constructor(
    private readonly chain: ChainRepository,
    private readonly usage: UsageRepository,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.sealing.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sealing.stop();
  }

  /** Seals what there is, and gives the pause until the next look. */
  private async sealAll(): Promise<number> {
    const start = performance.now();
    let unsealed = await this.chain.unsealed();
    const pause = Math.max(pauseMs, (performance.now() - start) / shareOfTime);
    while (unsealed.length > 0) {
      const unfinished = await this.seal(unsealed.slice(0, mostOrganizations));
      unsealed = [...unsealed.slice(mostOrganizations), ...unfinished];
    }
    return pause;
  }

  /** Seals some events of each organization in one transaction. Gives the organizations that may have more. */
  private seal(organizationIds: readonly string[]): Promise<string[]> {
    return this.database.transaction(async () => {
      const heads = await this.chain.lock(organizationIds);
      if (heads.length === 0) return [];
      const share = Math.ceil(mostEvents / heads.length);
      const events = await this.chain.following(heads, share);
      const blocks: Block[] = [];
      const unfinished: string[] = [];
      for (const head of heads) {
        const id = head.organizationId;
        const own = events.filter((event) => event.organizationId === id);
        const [first] = own;
        if (first && first.seq !== head.seq + 1) this.tellOfGap(head);
        else if (own.length === share) unfinished.push(id);
        blocks.push(...sealed(head, own.map(recordOf)));
      }
      if (blocks.length > 0) await this.append(blocks);
      return unfinished;
    });
  }

  private async append(blocks: readonly Block[]): Promise<void> {
    await this.chain.append(blocks);
    await this.usage.add(blocks.map((block) => ({ ...block, lastSeq: lastSeqOf(block) })));
  }

  private tellOfGap({ organizationId, seq }: ChainHead): void {
    if (this.told.has(organizationId)) return;
    this.told.add(organizationId);
    this.logger.error(
      `event ${seq + 1} of organization ${organizationId} is gone, nothing after it can be sealed`,
    );
  }
}
