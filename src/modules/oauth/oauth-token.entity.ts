import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AccessMap } from '../../access/index.js';

/** An access token that a client was given, kept until it expires. */
@Entity('oauth_token')
export class OAuthToken {
  /** The token's `jti`. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('uuid')
  clientId!: string;

  /** What it reaches at most, within what its client reaches. Null: all of that. */
  @Column('jsonb', { nullable: true })
  productScopes!: AccessMap | null;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('oauth_token_expiry')
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
