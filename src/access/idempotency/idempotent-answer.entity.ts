import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** The answer to a request that may be sent again, kept without its secrets. */
@Entity('idempotent_answer')
export class IdempotentAnswer {
  @PrimaryColumn('uuid')
  organizationId!: string;

  /** The member or platform key that sent the request. */
  @PrimaryColumn('uuid')
  actorId!: string;

  @PrimaryColumn('text')
  key!: string;

  /** A keyed digest of method, path, body and project. */
  @Column({ type: 'bytea' })
  requestHash!: Buffer;

  @Column('json')
  body!: object;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
