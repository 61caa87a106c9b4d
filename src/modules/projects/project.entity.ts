import { Column, CreateDateColumn, DeleteDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A part of an organization that is kept apart from its others. */
@Entity('project')
@Index('project_slug', ['organizationId', 'slug'], { unique: true, where: 'deleted_at IS NULL' })
@Index('project_of_organization', ['organizationId', 'id'])
export class Project {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  organizationId!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @DeleteDateColumn({ type: 'timestamptz', precision: 3 })
  deletedAt!: Date | null;
}
