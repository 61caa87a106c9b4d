import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { systemActor } from '../actor.js';
import { ChainRepository } from '../audit-chain/chain.repository.js';
import type { NewAuditEvent } from '../audit-trail/audit-event.js';
import { AuditTrailRepository } from '../audit-trail/audit-trail.repository.js';
import { operatorId } from '../credential-state.js';
import { PartitionsRepository } from './partitions.repository.js';

const mostBlocks = 1_000;
const weekMs = 7 * 24 * 3_600_000;

/**
 * Drops a partition that is out of the log, with the hashes of its events, and tells of it in the operator's log, unless
 * nothing was in it.
 */
@Injectable()
export class Truncation {
  constructor(
    private readonly partitions: PartitionsRepository,
    private readonly chain: ChainRepository,
    private readonly trail: AuditTrailRepository,
    private readonly database: Database,
  ) {}

  /** Drops a detached partition and says how many events were in it. */
  async drop(name: string): Promise<number> {
    let events = 0;
    for await (const stretches of this.partitions.allStretches(name)) {
      for (const { firstSeq, lastSeq } of stretches) events += lastSeq - firstSeq + 1;
      while ((await this.chain.forget(stretches, mostBlocks)) === mostBlocks);
    }
    await this.database.transaction(async () => {
      await this.partitions.drop(name);
      if (events > 0) await this.trail.append(operatorId, truncated(name, events));
    });
    return events;
  }
}

function truncated(name: string, events: number): NewAuditEvent {
  const monday = new Date(name.replace(/^audit_event_(....)(..)(..)$/, '$1-$2-$3T00:00:00Z'));
  const next = new Date(monday.getTime() + weekMs);
  return {
    action: 'audit_log.truncated',
    outcome: 'allowed',
    code: null,
    projectId: null,
    actor: systemActor,
    credential: null,
    product: null,
    access: null,
    target: { type: 'audit_log', id: name },
    changes: { begins_at: [monday.toISOString(), next.toISOString()], events: [events, 0] },
    request: null,
  };
}
