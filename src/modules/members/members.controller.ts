import { Body, Controller, Delete, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, ProjectPageQuery, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { MemberView, UpdateMember } from './member.dto.js';
import { MembersService } from './members.service.js';

@ApiTags('members')
@Controller('members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  /** Lists the members of the organization, or of the selected project: humans and service accounts. */
  @Get()
  @Requires('members', 'read')
  @ReturnsPageOf(MemberView)
  list(@Granted() grant: Grant, @Query() query: ProjectPageQuery): Promise<Page<MemberView>> {
    return this.members.list(grant, query);
  }

  /** Shows a member. */
  @Get(':id')
  @Requires('members', 'read')
  @Returns(200, MemberView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<MemberView> {
    return this.members.get(grant, id);
  }

  /** Changes a member's name, role or status. Only an owner changes an owner, or makes one. */
  @Patch(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(200, MemberView)
  @Fails('not_found', 'last_owner')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateMember,
  ): Promise<MemberView> {
    return this.members.update(grant, id, input);
  }

  /** Removes a member and revokes its keys. */
  @Delete(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found', 'last_owner')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.members.delete(grant, id);
  }
}
