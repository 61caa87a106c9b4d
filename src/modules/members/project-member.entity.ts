import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** The role that a member holds in one project. */
@Entity('project_member')
export class ProjectMember {
  @PrimaryColumn('uuid')
  projectId!: string;

  @PrimaryColumn('uuid')
  @Index('project_member_of_member')
  memberId!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('uuid')
  roleId!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
