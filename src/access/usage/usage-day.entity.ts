import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What stands for no project in the key of a row, which takes no null. */
export const noProject = '00000000-0000-0000-0000-000000000000';

/** What stands for no product there. */
export const noProduct = '';

/** How many calls one credential made on one day (UTC), by where and to what. Complete up to the head of the organization. */
@Entity('usage_day')
export class UsageDay {
  @PrimaryColumn('uuid')
  organizationId!: string;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('uuid')
  credentialId!: string;

  @PrimaryColumn('uuid')
  projectId!: string;

  @PrimaryColumn('text')
  product!: string;

  @PrimaryColumn('text')
  outcome!: 'allowed' | 'denied';

  @Column('bigint')
  calls!: string;
}
