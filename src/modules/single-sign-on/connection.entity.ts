import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { OfferedProject } from '../members/index.js';

/** An organization's own identity provider. One that comes to name another client or issuer is another connection. */
@Entity('identity_connection')
export class Connection {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @Index('identity_connection_of_organization', { unique: true })
  organizationId!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  clientId!: string;

  /** It has to be sent to the provider, so it is encrypted. */
  @Column('bytea', { name: 'encrypted_client_secret' })
  encrypted!: Buffer;

  /** The pepper that it is encrypted under. */
  @Column('text')
  pepperId!: string;

  /** The domains that the organization says are its own, as their ASCII names. */
  @Column('text', { array: true })
  domains!: string[];

  /** Those that the operator has confirmed: only their addresses are believed. */
  @Column('text', { array: true })
  confirmedDomains!: string[];

  /** What new members are given. */
  @Column('uuid')
  roleId!: string;

  @Column('jsonb')
  projects!: readonly OfferedProject[];

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
