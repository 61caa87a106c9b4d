import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who was sent to the identity provider and is expected back. */
@Entity('sign_in_attempt')
export class SignInAttempt {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('sign_in_attempt_of_connection')
  connectionId!: string;

  /** Of the secret that their browser holds. */
  @Column('bytea')
  @Index('sign_in_attempt_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  /** The page that they come from and go back to with a code; null: they are answered with tokens. */
  @Column('text', { nullable: true })
  redirectUri!: string | null;

  /** What that page has to know the verifier of. */
  @Column('text', { nullable: true })
  codeChallenge!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('sign_in_attempt_expires')
  expiresAt!: Date;
}
