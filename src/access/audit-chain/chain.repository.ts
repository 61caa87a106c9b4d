import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AuditEvent } from '../audit-trail/audit-event.entity.js';
import type { Block } from './blocks.js';
import { genesis, hashLength, type ChainHead } from './chain.js';
import type { EventRange } from './event-ranges.js';

/** The hashes beside an event, in hex. */
export interface Link {
  readonly previous_hash: string;
  readonly hash: string;
}

/** The events of an organization that are not sealed, as far as they were committed when that was looked up. */
export type UnsealedLog = EventRange;

/** A row as the driver gives it: numbers of 64 bits are texts. */
type Numbered<Row> = Omit<Row, 'seq'> & { readonly seq: string };

/** The hash chains of the organizations' audit logs. */
@Injectable()
export class ChainRepository {
  constructor(private readonly database: Database) {}

  /**
   * The logs that have events which are not sealed.
   *
   * @param organizationIds where to look; null for everywhere
   */
  async unsealed(organizationIds: readonly string[] | null): Promise<UnsealedLog[]> {
    const rows = await this.database.rows<{ id: string; seq: string; sealed: string | null }>(
      `SELECT gate.id, gate.seq, head.seq AS sealed
       FROM gate LEFT JOIN chain_head AS head ON head.organization_id = gate.id
       WHERE gate.seq > coalesce(head.seq, 0) ${organizationIds ? 'AND gate.id = ANY($1)' : ''}`,
      organizationIds ? [organizationIds] : [],
    );
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
    const rows = await this.database.rows<Numbered<ChainHead>>(
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
    const rows = await this.database.rows<Numbered<AuditEvent>>(
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
    await this.database.rows(
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
        blocks.map((block) => Buffer.concat(block.hashes)),
        blocks.map((block) => block.lastAt),
      ],
    );
  }

  /** The hashes of some events of an organization, by their numbers. What is not sealed yet is missing. */
  async links(organizationId: string, seqs: readonly number[]): Promise<ReadonlyMap<number, Link>> {
    const rows = await this.database.rows<Numbered<Link>>(
      `SELECT event.seq, encode(substring(chain FROM place + ${hashLength} FOR ${hashLength}), 'hex') AS hash,
         encode(substring(chain FROM place FOR ${hashLength}), 'hex') AS previous_hash
       FROM unnest($2::bigint[]) AS event (seq) CROSS JOIN LATERAL (
         SELECT previous_hash || hashes AS chain, ((event.seq - first_seq) * ${hashLength} + 1)::int AS place
         FROM chain_block
         WHERE organization_id = $1 AND last_seq >= event.seq ORDER BY last_seq LIMIT 1) AS block`,
      [organizationId, seqs],
    );
    return new Map(rows.map(({ seq, ...link }) => [Number(seq), link]));
  }

  /** Takes heads that have moved since their last checkpoint, so many at most. */
  async lockUncheckpointed(most: number): Promise<ChainHead[]> {
    const rows = await this.database.rows<Numbered<ChainHead>>(
      `SELECT organization_id AS "organizationId", seq, hash FROM chain_head
       WHERE seq > checkpoint_seq ORDER BY organization_id LIMIT $1 FOR NO KEY UPDATE`,
      [most],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  /** Notes that checkpoints name these heads. */
  async markCheckpointed(heads: readonly ChainHead[]): Promise<void> {
    await this.database.rows(
      'UPDATE chain_head SET checkpoint_seq = seq WHERE organization_id = ANY($1)',
      [heads.map((head) => head.organizationId)],
    );
  }

  /** Forgets blocks that hold nothing but events up to the ends that are given, so many at most; says how many. */
  async forget(
    ends: readonly { readonly organizationId: string; readonly lastSeq: number }[],
    most: number,
  ): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `WITH forgotten AS (
         DELETE FROM chain_block WHERE ctid = ANY(ARRAY(
           SELECT block.ctid FROM unnest($1::uuid[], $2::bigint[]) AS log (organization_id, seq)
           JOIN chain_block AS block ON block.organization_id = log.organization_id AND block.last_seq <= log.seq
           LIMIT $3))
         RETURNING 1)
       SELECT count(*)::int AS count FROM forgotten`,
      [ends.map((end) => end.organizationId), ends.map((end) => end.lastSeq), most],
    );
    return row?.count ?? 0;
  }

  private async begin(organizationIds: readonly string[]): Promise<void> {
    await this.database.rows(
      `INSERT INTO chain_head (organization_id, seq, hash, at, checkpoint_seq)
       SELECT id, 0, $2, 'epoch', 0 FROM unnest($1::uuid[]) AS id ORDER BY id ON CONFLICT DO NOTHING`,
      [organizationIds, genesis],
    );
  }
}
