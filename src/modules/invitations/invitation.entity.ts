import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OfferedProject } from '../members/index.js';

/** The offer to whoever has an e-mail address to become a member. */
@Entity('invitation')
@Index('invitation_of_organization', ['organizationId', 'id'])
export class Invitation {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('text')
  email!: string;

  @Column('text')
  emailKey!: string;

  @Column('uuid')
  roleId!: string;

  @Column('jsonb')
  projects!: readonly OfferedProject[];

  @Column('bytea')
  @Index('invitation_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  /** The member who sent it. */
  @Column('uuid')
  senderId!: string;

  /** The key that it was sent with, if it was one: it can grant no more than that. */
  @Column('uuid', { nullable: true })
  senderKeyId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  acceptedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
