import { Column, CreateDateColumn, DeleteDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** What an organization has settled for itself. What is absent follows the installation's default. */
export interface OrganizationPolicyValues {
  access_token_ttl_seconds?: number;
  refresh_token_ttl_seconds?: number;
  max_key_lifetime_days?: number | null;
  rotation_reminder_days?: number;
  allowed_ips?: string[] | null;
  require_second_factor?: boolean;
}

/** The tenant: everything below belongs to exactly one. */
@Entity('organization')
@Index('organization_slug', ['slug'], { unique: true, where: 'deleted_at IS NULL' })
export class Organization {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text', { default: 'active' })
  status!: 'active' | 'suspended';

  @Column('jsonb', { default: {} })
  policy!: OrganizationPolicyValues;

  /** Null: the installation's default. */
  @Column('integer', { nullable: true })
  rateLimitPerMinute!: number | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @DeleteDateColumn({ type: 'timestamptz', precision: 3 })
  deletedAt!: Date | null;
}
