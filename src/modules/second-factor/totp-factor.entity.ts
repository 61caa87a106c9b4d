import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What a person's authenticator app shares with the server (RFC 6238). */
@Entity('totp_factor')
export class TotpFactor {
  @PrimaryColumn('uuid')
  userId!: string;

  @Column('bytea')
  encryptedSecret!: Buffer;

  @Column('text')
  pepperId!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** Null until a code has shown that the app has the secret. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  enabledAt!: Date | null;

  /** The time step of the last code that was accepted: no code of it or of an earlier one is good any more. */
  @Column('integer', { nullable: true })
  lastStep!: number | null;
}
