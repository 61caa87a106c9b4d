import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who signs in. May be a member of several organizations. */
@Entity('user_account')
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  /** As the person wrote it. */
  @Column('text')
  email!: string;

  /** What makes the address unique: normalized, in lower case. */
  @Column('text')
  @Index('user_account_email_key', { unique: true })
  emailKey!: string;

  @Column('text')
  name!: string;

  /** Null until a password is set: nobody can sign in with one. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  @Column('text', { default: 'active' })
  status!: 'active' | 'deactivated';

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
