import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A token that keeps a session up, good for one use. What it is exchanged for is its successor. */
@Entity('refresh_token')
export class RefreshToken {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('refresh_token_of_session')
  sessionId!: string;

  @Column('bytea')
  @Index('refresh_token_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('refresh_token_expires')
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  spentAt!: Date | null;

  /** Which client spent it, as far as clients can be told apart; a keyed digest. */
  @Column('text', { nullable: true })
  spentBy!: string | null;

  @Column('uuid', { nullable: true })
  successorId!: string | null;
}
