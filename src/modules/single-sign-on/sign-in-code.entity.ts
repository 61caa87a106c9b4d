import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a page exchanges for the session of whoever has signed in, once. */
@Entity('sign_in_code')
export class SignInCode {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('sign_in_code_of_connection')
  connectionId!: string;

  @Column('uuid')
  memberId!: string;

  @Column('bytea')
  @Index('sign_in_code_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  @Column('text')
  codeChallenge!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('sign_in_code_expires')
  expiresAt!: Date;
}
