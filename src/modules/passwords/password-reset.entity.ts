import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A token that lets a person set a new password, good for one use. */
@Entity('password_reset')
export class PasswordReset {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('password_reset_of_user')
  userId!: string;

  @Column('bytea')
  @Index('password_reset_hash', { unique: true })
  hash!: Buffer;

  @Column('text')
  pepperId!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
