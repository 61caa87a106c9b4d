import { Injectable } from '@nestjs/common';
import { Changes, fieldChanges, type Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { chooseSlug } from '../../platform/http/slugs.js';
import { ApiKeysService } from '../api-keys/index.js';
import { ProjectView, type CreateProject, type UpdateProject } from './project.dto.js';
import type { Project } from './project.entity.js';
import { ProjectsRepository } from './projects.repository.js';

const recorded = ['name', 'slug'] as const;

/** An organization's projects. */
@Injectable()
export class ProjectsService {
  constructor(
    private readonly projects: ProjectsRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  list(grant: Grant, query: PageQuery): Promise<Page<ProjectView>> {
    return this.pages.read(
      `projects ${grant.organizationId}`,
      query,
      (slice) => this.projects.list(grant, slice),
      (project) => project.id,
      (project) => ProjectView.of(project),
    );
  }

  async get(grant: Grant, id: string): Promise<ProjectView> {
    return ProjectView.of(await this.getEntity(grant, id));
  }

  create(grant: Grant, input: CreateProject): Promise<ProjectView> {
    return this.changes.run(grant, async (record) => {
      const slug = await this.slugFor(grant, input);
      const project = { id: newId(), organizationId: grant.organizationId, name: input.name, slug };
      await this.projects.insert(project);
      const changes = fieldChanges(null, project, recorded);
      await record({ action: 'project.created', isNew: true, ...about(project.id), changes });
      return this.get(grant, project.id);
    });
  }

  update(grant: Grant, id: string, input: UpdateProject): Promise<ProjectView> {
    return this.changes.run(grant, async (record) => {
      const before = await this.getEntity(grant, id);
      const { name, slug } = before;
      const after = { name: input.name ?? name, slug: input.slug ?? slug };
      if (after.slug !== slug) await this.slugFor(grant, after);
      await this.projects.update(grant, id, after);
      const changes = fieldChanges(before, after, recorded);
      await record({ action: 'project.updated', ...about(id), changes });
      return ProjectView.of({ ...before, ...after });
    });
  }

  delete(grant: Grant, id: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      await this.getEntity(grant, id);
      await this.apiKeys.revokeAll({ projectId: id }, record);
      await this.projects.delete(grant, id);
      await record({ action: 'project.deleted', ...about(id) });
    });
  }

  private async getEntity(grant: Grant, id: string): Promise<Project> {
    const project = await this.projects.find(grant, id);
    if (!project) throw new ApiError('project_not_found');
    return project;
  }

  private slugFor(grant: Grant, { slug, name }: CreateProject): Promise<string> {
    return chooseSlug(slug, name, 'project', (candidate) =>
      this.projects.hasSlug(grant, candidate),
    );
  }
}

function about(id: string) {
  return { target: { type: 'project', id }, projectId: id };
}
