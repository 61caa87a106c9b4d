import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** One secret of a key. A key has several while a rotated one overlaps its successor. */
@Entity('api_key_secret')
export class ApiKeySecret {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('api_key_secret_of_key')
  apiKeyId!: string;

  /** HMAC-SHA-256 of the secret under the pepper named beside it. */
  @Column('bytea')
  @Index('api_key_secret_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  /** The secret's first 10 characters. */
  @Column('text')
  prefix!: string;

  /** Set when it was rotated out: from then on it is refused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
