import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import { AuditEvent } from '../audit-trail/audit-event.entity.js';
import type { Block } from './blocks.js';
import { genesis, hashLength, type ChainHead } from './chain.js';
import type { Numbered } from './chain.repository.js';
import type { EventRange } from './event-ranges.js';

const answerDeadlineMs = 10_000;

/** How far a log goes, and up to where it is sealed; null where that has not begun. */
interface Unsealed {
  readonly id: string;
  readonly seq: string;
  readonly sealed: string | null;
}

/** What the sealer reads and writes, on a connection of its own. */
@Injectable()
export class SealingRepository implements OnApplicationShutdown {
  private readonly connection: DedicatedConnection;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) { databaseUrl }: Config,
  ) {
    this.connection = new DedicatedConnection(databaseUrl, answerDeadlineMs);
  }

  onApplicationShutdown(): Promise<void> {
    return this.connection.close();
  }

  /** Runs work in one transaction; one at a time. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.connection.transaction(work);
  }

  /**
   * The events that are not sealed, a range of each log that has some.
   *
   * @param organizationIds where to look; null for everywhere
   */
  async unsealed(organizationIds: readonly string[] | null): Promise<EventRange[]> {
    const statement = `SELECT gate.id, gate.seq, head.seq AS sealed
       FROM gate LEFT JOIN chain_head AS head ON head.organization_id = gate.id
       WHERE gate.seq > coalesce(head.seq, 0)`;
    // All gates are read as they lie, which this connection's plans would do by index.
    const rows = organizationIds
      ? await this.run<Unsealed>('unsealed_of', `${statement} AND gate.id = ANY($1)`, [
          organizationIds,
        ])
      : await this.database.rows<Unsealed>(statement);
    const unbegun = rows.filter((row) => row.sealed === null);
    if (unbegun.length > 0) await this.begin(unbegun.map((row) => row.id));
    return rows.map(({ id, seq, sealed }) => ({
      organizationId: id,
      firstSeq: Number(sealed) + 1,
      lastSeq: Number(seq),
    }));
  }

  /** Takes the heads of those organizations that nobody else is sealing. */
  async lock(organizationIds: readonly string[]): Promise<ChainHead[]> {
    const rows = await this.run<Numbered<ChainHead>>(
      'lock_heads',
      `SELECT organization_id AS "organizationId", seq, hash FROM chain_head
       WHERE organization_id = ANY($1) ORDER BY organization_id FOR NO KEY UPDATE SKIP LOCKED`,
      [organizationIds],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  /** The events of some ranges that come after the heads of their organizations. */
  async events(ranges: readonly EventRange[]): Promise<AuditEvent[]> {
    const { columns } = this.database.of(AuditEvent).metadata;
    const named = columns.map(
      ({ databaseName, propertyName }) => `event.${databaseName} AS "${propertyName}"`,
    );
    const rows = await this.run<Numbered<AuditEvent>>(
      'unsealed_events',
      `SELECT ${named.join(', ')}
       FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS range (organization_id, first_seq, last_seq)
       JOIN chain_head AS head USING (organization_id) CROSS JOIN LATERAL (
         SELECT * FROM audit_event
         WHERE audit_event.organization_id = range.organization_id AND audit_event.occurred_at >= head.at
           AND audit_event.seq BETWEEN first_seq AND last_seq
         ORDER BY audit_event.occurred_at, audit_event.seq LIMIT last_seq - first_seq + 1) AS event`,
      [
        ranges.map((range) => range.organizationId),
        ranges.map((range) => range.firstSeq),
        ranges.map((range) => range.lastSeq),
      ],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  /** Keeps blocks and moves the heads of their organizations to the end of them. */
  async append(blocks: readonly Block[]): Promise<void> {
    await this.run(
      'append_blocks',
      `WITH block AS (
         SELECT organization_id, first_seq, first_seq + length(hashes) / ${hashLength} - 1 AS last_seq,
           previous_hash, hashes, last_at
         FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[], $5::timestamptz[])
           AS block (organization_id, first_seq, previous_hash, hashes, last_at)
       ), written AS (
         INSERT INTO chain_block (organization_id, last_seq, first_seq, previous_hash, hashes, sealed_at)
         SELECT organization_id, last_seq, first_seq, previous_hash, hashes, clock_timestamp() FROM block
       )
       UPDATE chain_head SET seq = last.last_seq, at = last.last_at, hash = substring(last.hashes FROM length(last.hashes) - ${hashLength - 1})
       FROM (SELECT DISTINCT ON (organization_id) * FROM block ORDER BY organization_id, last_seq DESC) AS last
       WHERE chain_head.organization_id = last.organization_id`,
      [
        blocks.map((block) => block.organizationId),
        blocks.map((block) => block.firstSeq),
        blocks.map((block) => block.previousHash),
        blocks.map((block) => block.hashes),
        blocks.map((block) => block.lastAt),
      ],
    );
  }

  private async begin(organizationIds: readonly string[]): Promise<void> {
    await this.run(
      'begin_chains',
      `INSERT INTO chain_head (organization_id, seq, hash, at, checkpoint_seq)
       SELECT id, 0, $2, 'epoch', 0 FROM unnest($1::uuid[]) AS id ORDER BY id ON CONFLICT DO NOTHING`,
      [organizationIds, genesis],
    );
  }

  private run<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.connection.run<Row>(name, text, values);
  }
}
