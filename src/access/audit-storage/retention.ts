import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { withLockedSession, type Session } from '../../platform/database/locked-session.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { CheckpointFiles } from '../audit-chain/checkpoint-files.js';
import { UsageCounter } from '../usage/usage-counter.js';
import { PartitionsRepository, type Leaving } from './partitions.repository.js';
import { Truncation } from './truncation.js';

const pauseMs = 3_600_000;
const retryMs = 60_000;

/** Lets one instance at a time do it: the key of a session's advisory lock. */
const retentionLock = 7_041_981;

/** How long to wait for readers of what goes. They are not held up, and a later attempt goes on from there. */
const longestMs = 5_000;

/**
 * Drops the partitions of the audit log that are older than `AUDIT_RETENTION_DAYS`, the oldest first, and only what the
 * chains can do without: a signed checkpoint names the last event of every organization in it. Whatever ends the work
 * in the middle, the next one goes on, on any instance.
 */
@Injectable()
export class Retention extends RepeatedWork {
  constructor(
    private readonly partitions: PartitionsRepository,
    private readonly truncation: Truncation,
    private readonly checkpoints: CheckpointFiles,
    private readonly usage: UsageCounter,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super({
      log: 'audit storage',
      failure: 'old audit events cannot be dropped yet',
      pauseMs: retryMs,
    });
  }

  /** Begins at once. Nothing waits for it. */
  override onApplicationBootstrap(): void {
    this.plan(0);
  }

  /** Drops what is due, and gives the pause until the next look. */
  protected override async work(): Promise<number> {
    if ((await this.next()) === null) return pauseMs;
    const { databaseUrl } = this.config;
    const done = await withLockedSession(databaseUrl, retentionLock, longestMs, (session) =>
      this.dropAll(session),
    );
    return done ? pauseMs : retryMs;
  }

  private next(): Promise<Leaving | null> {
    return this.partitions.findLeaving(this.config.auditRetentionDays);
  }

  private async dropAll(session: Session): Promise<void> {
    for (let leaving = await this.next(); leaving !== null; leaving = await this.next()) {
      await this.detach(leaving, session);
      const events = await this.truncation.drop(leaving.name);
      this.logger.log(`dropped ${leaving.name} with ${events} audit events`);
    }
  }

  /** Takes a partition out of the log. Calls go on being recorded meanwhile. */
  private async detach({ name, state }: Leaving, session: Session): Promise<void> {
    if (state === 'detached') return;
    if (state === 'attached') {
      await this.usage.count();
      await this.vouch(name);
      await this.partitions.mark(name);
    }
    const how = state === 'pending' ? 'FINALIZE' : 'CONCURRENTLY';
    await session(`ALTER TABLE audit_event DETACH PARTITION ${name} ${how}`);
  }

  /** Signs where the log of each organization will begin, so that it can be verified from there. */
  private async vouch(name: string): Promise<void> {
    for await (const stretches of this.partitions.allStretches(name)) {
      const ends = stretches.map(({ organizationId, lastSeq: seq, hash, counted }) => {
        if (hash === null) throw new Error(`${name} has events that are not sealed`);
        if (!counted) throw new Error(`${name} has calls that are not counted`);
        return { organizationId, seq, hash };
      });
      await this.checkpoints.append(ends);
    }
  }
}
