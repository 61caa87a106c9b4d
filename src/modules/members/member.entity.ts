import { Column, CreateDateColumn, DeleteDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Someone in an organization: a human, backed by a user, or a service account. */
@Entity('member')
@Index('member_of_organization', ['organizationId', 'id'])
@Index('member_user', ['userId', 'organizationId'], { unique: true, where: 'deleted_at IS NULL' })
export class Member {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('text')
  type!: 'human' | 'service_account';

  /** Null for a service account. */
  @Column('uuid', { nullable: true })
  userId!: string | null;

  @Column('text')
  name!: string;

  /** A built-in role or one of the organization's. */
  @Column('uuid')
  roleId!: string;

  @Column('text', { default: 'active' })
  status!: 'active' | 'deactivated';

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @DeleteDateColumn({ type: 'timestamptz', precision: 3 })
  deletedAt!: Date | null;
}
