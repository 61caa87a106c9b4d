import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FieldChanges } from './audit-event.js';

const number = { to: (value: number) => value, from: (value: string) => Number(value) };

/**
 * One line of an organization's audit log, numbered without gaps. Written once, never changed. Its id is made from this.
 * Number and time grow together; events of one moment are in the order of their numbers.
 */
@Entity('audit_event')
export class AuditEvent {
  @PrimaryColumn('uuid')
  organizationId!: string;

  @PrimaryColumn('bigint', { transformer: number })
  seq!: number;

  @PrimaryColumn({ type: 'timestamptz', precision: 3 })
  occurredAt!: Date;

  /** How many calls it stands for: more than one when refusals are told together. */
  @Column('integer', { default: 1 })
  count!: number;

  @Column('text')
  action!: string;

  @Column('text')
  outcome!: 'allowed' | 'denied';

  @Column('text', { nullable: true })
  code!: string | null;

  @Column('uuid', { nullable: true })
  projectId!: string | null;

  @Column('text')
  actorType!: string;

  @Column('uuid', { nullable: true })
  actorId!: string | null;

  @Column('text')
  actorName!: string;

  @Column('text', { nullable: true })
  credentialType!: string | null;

  @Column('uuid', { nullable: true })
  credentialId!: string | null;

  @Column('text', { nullable: true })
  credentialPrefix!: string | null;

  @Column('text', { nullable: true })
  product!: string | null;

  @Column('text', { nullable: true })
  access!: string | null;

  @Column('text', { nullable: true })
  targetType!: string | null;

  @Column('text', { nullable: true })
  targetId!: string | null;

  @Column('jsonb', { nullable: true })
  changes!: FieldChanges | null;

  @Column('uuid', { nullable: true })
  requestId!: string | null;

  @Column('text', { nullable: true })
  requestMethod!: string | null;

  @Column('text', { nullable: true })
  requestRoute!: string | null;

  @Column('text', { nullable: true })
  requestIp!: string | null;

  @Column('text', { nullable: true })
  requestUserAgent!: string | null;
}
