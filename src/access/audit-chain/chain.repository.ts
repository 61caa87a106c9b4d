import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { hashLength, type ChainHead } from './chain.js';

/** The hashes beside an event, in hex. */
export interface Link {
  readonly previous_hash: string;
  readonly hash: string;
}

/** A row as the driver gives it: numbers of 64 bits are texts. */
export type Numbered<Row> = Omit<Row, 'seq'> & { readonly seq: string };

/** The hash chains of the organizations' audit logs. */
@Injectable()
export class ChainRepository {
  constructor(private readonly database: Database) {}

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
}
