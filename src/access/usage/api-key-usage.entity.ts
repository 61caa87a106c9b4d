import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How often an API key was used and when last, up to the head of its organization. Apart from the key's own row, which nobody
 * but a change of the key may hold.
 */
@Entity('api_key_usage')
export class ApiKeyUsage {
  @PrimaryColumn('uuid')
  apiKeyId!: string;

  @Column('bigint')
  calls!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  lastUsedAt!: Date;
}
