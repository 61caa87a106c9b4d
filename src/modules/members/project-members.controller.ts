import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, ProjectPageQuery, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { MemberView, SetProjectRole } from './member.dto.js';
import { MembersService } from './members.service.js';
import { ProjectMembersService } from './project-members.service.js';

@ApiTags('projects')
@Controller('projects/:id/members')
export class ProjectMembersController {
  constructor(
    private readonly members: MembersService,
    private readonly projectMembers: ProjectMembersService,
  ) {}

  /** Lists the members that hold a role in the project. Owners and admins of the organization have access without one. */
  @Get()
  @Requires('members', 'read', { projectParam: 'id' })
  @ReturnsPageOf(MemberView)
  @Fails('project_not_found')
  list(
    @Granted() grant: Grant,
    @IdParam('id') _id: string,
    @Query() query: ProjectPageQuery,
  ): Promise<Page<MemberView>> {
    return this.members.list(grant, query);
  }

  /** Gives a member a role in the project, in place of the one that it has there. */
  @Put(':member_id')
  @Requires('members', 'read_write', { projectParam: 'id' })
  @Returns(200, MemberView)
  @Fails('project_not_found', 'not_found')
  set(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @IdParam('member_id') memberId: string,
    @Body() { role }: SetProjectRole,
  ): Promise<MemberView> {
    return this.projectMembers.set(grant, id, memberId, role);
  }

  /** Takes a member's role in the project away. */
  @Delete(':member_id')
  @Requires('members', 'read_write', { projectParam: 'id' })
  @Returns(204, null)
  @Fails('project_not_found', 'not_found')
  remove(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @IdParam('member_id') memberId: string,
  ): Promise<void> {
    return this.projectMembers.remove(grant, id, memberId);
  }
}
