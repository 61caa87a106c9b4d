import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** One secret of a client. A client has several while a rotated one overlaps its successor. */
@Entity('oauth_client_secret')
export class OAuthClientSecret {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('oauth_client_secret_of_client')
  clientId!: string;

  /** HMAC-SHA-256 of the secret under the pepper named beside it. */
  @Column('bytea')
  @Index('oauth_client_secret_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  /** Set when it was rotated out: from then on it is refused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
