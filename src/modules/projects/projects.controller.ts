import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, ProjectPageQuery, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { CreateProject, ProjectView, UpdateProject } from './project.dto.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('projects')
@Controller('projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  /** Lists the projects that you have access to. */
  @Get()
  @Requires('projects', 'read')
  @ReturnsPageOf(ProjectView)
  list(@Granted() grant: Grant, @Query() query: ProjectPageQuery): Promise<Page<ProjectView>> {
    return this.projects.list(grant, query);
  }

  /** Makes a project. */
  @Post()
  @Requires('projects', 'read_write', { organizationWide: true })
  @Returns(201, ProjectView)
  @Fails('slug_taken', 'idempotency_conflict')
  create(@Granted() grant: Grant, @Body() input: CreateProject): Promise<ProjectView> {
    return this.projects.create(grant, input);
  }

  /** Shows a project. */
  @Get(':id')
  @Requires('projects', 'read', { projectParam: 'id' })
  @Returns(200, ProjectView)
  @Fails('project_not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<ProjectView> {
    return this.projects.get(grant, id);
  }

  /** Changes a project's name or slug. */
  @Patch(':id')
  @Requires('projects', 'read_write', { projectParam: 'id' })
  @Returns(200, ProjectView)
  @Fails('project_not_found', 'slug_taken')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateProject,
  ): Promise<ProjectView> {
    return this.projects.update(grant, id, input);
  }

  /** Deletes a project and revokes its keys. Its slug is free again. */
  @Delete(':id')
  @Requires('projects', 'read_write', { projectParam: 'id' })
  @Returns(204, null)
  @Fails('project_not_found')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.projects.delete(grant, id);
  }
}
