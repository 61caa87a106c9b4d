import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Which member somebody at an identity provider is. It holds in this organization only. */
@Entity('external_identity')
@Index('external_identity_subject', ['organizationId', 'issuer', 'subject'], { unique: true })
@Index('external_identity_of_member', ['memberId', 'issuer'], { unique: true })
export class ExternalIdentity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  subject!: string;

  @Column('uuid')
  memberId!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
