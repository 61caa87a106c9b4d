import { Column, Entity, PrimaryColumn } from 'typeorm';

const number = { to: (value: number) => value, from: (value: string) => Number(value) };

/** Up to where an organization's events are sealed. Held by whoever seals; apart from the gate, which admission needs. */
@Entity('chain_head')
export class ChainHeadRow {
  @PrimaryColumn('uuid')
  organizationId!: string;

  @Column('bigint', { transformer: number })
  seq!: number;

  @Column('bytea')
  hash!: Buffer;

  /** When its last sealed event was: what follows is not older. */
  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  /** The event that the last signed checkpoint names; 0 before the first. */
  @Column('bigint', { transformer: number })
  checkpointSeq!: number;
}
