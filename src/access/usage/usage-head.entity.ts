import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Up to where an organization's calls are added to the totals. Held by whoever adds. */
@Entity('usage_head')
export class UsageHead {
  @PrimaryColumn('uuid')
  organizationId!: string;

  @Column('bigint')
  seq!: string;

  /** When the last event that was added was: what follows is not older. */
  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;
}
