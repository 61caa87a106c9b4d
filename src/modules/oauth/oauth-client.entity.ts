import { Column, CreateDateColumn, DeleteDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AccessMap } from '../../access/index.js';

/** A program that a service account is used by; its secrets stand beside it. */
@Entity('oauth_client')
@Index('oauth_client_of_member', ['memberId', 'id'])
export class OAuthClient {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  /** The service account that its tokens act for. */
  @Column('uuid')
  memberId!: string;

  @Column('text')
  name!: string;

  /** What its tokens reach at most. Null: all that the service account has. */
  @Column('jsonb', { nullable: true })
  productScopes!: AccessMap | null;

  /** The member that made it. */
  @Column('uuid', { nullable: true })
  createdBy!: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  rotatedAt!: Date | null;

  @DeleteDateColumn({ type: 'timestamptz', precision: 3 })
  deletedAt!: Date | null;
}
