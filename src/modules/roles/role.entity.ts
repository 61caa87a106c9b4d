import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AccessMap, RoleLevel } from '../../access/index.js';

/** A role that an organization made for itself. Built-in roles stand in code. */
@Entity('role')
@Index('role_name', ['organizationId', 'level', 'name'], { unique: true })
export class CustomRole {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  level!: RoleLevel;

  @Column('jsonb')
  permissions!: AccessMap;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
