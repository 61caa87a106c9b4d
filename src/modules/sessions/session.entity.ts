import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person signed in to one organization. */
@Entity('session')
export class Session {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('uuid')
  memberId!: string;

  @Column('uuid')
  @Index('session_of_user')
  userId!: string;

  /** The connection that single sign-on went through; null for a person who proved themselves here. */
  @Column('uuid', { nullable: true })
  @Index('session_of_connection', { where: 'connection_id IS NOT NULL' })
  connectionId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** When it is over, however often it is refreshed. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  refreshedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt!: Date | null;

  @Column('text', { nullable: true })
  ip!: string | null;

  /** What counts as one address: an IPv6 network of 64 bits. */
  @Column('text', { nullable: true })
  network!: string | null;

  @Column('text', { nullable: true })
  userAgent!: string | null;

  /** Whether the person has shown a second factor in it, or to whoever vouched for them. */
  @Column('boolean', { default: false })
  secondFactor!: boolean;
}
