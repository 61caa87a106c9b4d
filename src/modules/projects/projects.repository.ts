import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { newestFirst } from '../../platform/database/newest-first.js';
import type { Slice } from '../../platform/http/pages.js';
import { Project } from './project.entity.js';

/** Projects, each seen by its own organization only and there by whom the grant reaches. */
@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  list({ organizationId, projects }: Grant, slice: Slice): Promise<Project[]> {
    const query = this.database
      .of(Project)
      .createQueryBuilder('project')
      .where('project.organizationId = :organizationId', { organizationId });
    if (projects !== 'all') query.andWhere('project.id = ANY(:ids)', { ids: [...projects] });
    return newestFirst(query, slice).getMany();
  }

  find({ organizationId }: Grant, id: string): Promise<Project | null> {
    return this.database.of(Project).findOneBy({ organizationId, id });
  }

  async hasSlug({ organizationId }: Grant, slug: string): Promise<boolean> {
    return this.database.of(Project).existsBy({ organizationId, slug });
  }

  async insert(project: Pick<Project, 'id' | 'organizationId' | 'name' | 'slug'>): Promise<void> {
    await this.database.of(Project).insert(project);
  }

  async update(
    { organizationId }: Grant,
    id: string,
    values: Pick<Project, 'name' | 'slug'>,
  ): Promise<void> {
    await this.database.of(Project).update({ organizationId, id }, values);
  }

  /** Marks a project as deleted and takes its roles away. */
  async delete({ organizationId }: Grant, id: string): Promise<void> {
    await this.database.of(Project).softDelete({ organizationId, id });
    await this.database.rows('DELETE FROM project_member WHERE project_id = $1', [id]);
  }
}
