import { Column, Entity, PrimaryColumn } from 'typeorm';

const number = { to: (value: number) => value, from: (value: string) => Number(value) };

/** The hashes of consecutive events of an organization. Written once, never changed. */
@Entity('chain_block')
export class ChainBlockRow {
  @PrimaryColumn('uuid')
  organizationId!: string;

  @PrimaryColumn('bigint', { transformer: number })
  lastSeq!: number;

  @Column('bigint', { transformer: number })
  firstSeq!: number;

  /** The hash of the event before the first. */
  @Column('bytea')
  previousHash!: Buffer;

  /** One after the other, 32 bytes each. */
  @Column('bytea')
  hashes!: Buffer;

  @Column({ type: 'timestamptz', precision: 3 })
  sealedAt!: Date;
}
