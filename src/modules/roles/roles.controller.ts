import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { CreateRole, ListRoles, RoleView, UpdateRole } from './role.dto.js';
import { RolesService } from './roles.service.js';

@ApiTags('roles')
@Controller('roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  /** Lists the organization's own roles, newest first, then the built-in ones. */
  @Get()
  @Requires('members', 'read')
  @ReturnsPageOf(RoleView)
  list(@Granted() grant: Grant, @Query() query: ListRoles): Promise<Page<RoleView>> {
    return this.roles.list(grant, query);
  }

  /** Makes a role. It may not hold more than its maker. */
  @Post()
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(201, RoleView)
  @Fails('conflict')
  create(@Granted() grant: Grant, @Body() input: CreateRole): Promise<RoleView> {
    return this.roles.create(grant, input);
  }

  /** Shows a role. */
  @Get(':id')
  @Requires('members', 'read')
  @Returns(200, RoleView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<RoleView> {
    return this.roles.get(grant, id);
  }

  /** Changes a role for everyone who holds it. Built-in roles cannot be changed. */
  @Patch(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(200, RoleView)
  @Fails('not_found', 'conflict')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateRole,
  ): Promise<RoleView> {
    return this.roles.update(grant, id, input);
  }

  /** Deletes a role that nobody holds. */
  @Delete(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found', 'conflict')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.roles.delete(grant, id);
  }
}
