import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AccessMap, CredentialScope } from '../../access/index.js';

/** A bearer secret's owner, reach and term; the secrets themselves stand beside it. */
@Entity('api_key')
@Index('api_key_of_organization', ['organizationId', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid')
  id!: string;

  /** The organization, or the operator's id for a platform key. */
  @Column('uuid')
  organizationId!: string;

  /** Null for a platform key. */
  @Column('uuid', { nullable: true })
  @Index('api_key_of_owner')
  ownerId!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  scope!: CredentialScope;

  @Column('uuid', { nullable: true })
  @Index('api_key_of_project')
  projectId!: string | null;

  /** Null: all that the owner has. */
  @Column('jsonb', { nullable: true })
  productScopes!: AccessMap | null;

  @Column('boolean', { default: true })
  isActive!: boolean;

  /** Addresses and networks it may be used from; null: any. */
  @Column('text', { array: true, nullable: true })
  allowedIps!: string[] | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  notBefore!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  rotatedAt!: Date | null;

  /** The member or platform key that made it; null for Latchkey itself. */
  @Column('uuid', { nullable: true })
  createdBy!: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
