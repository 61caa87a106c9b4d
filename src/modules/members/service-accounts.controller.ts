import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, ProjectPageQuery, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { CreateServiceAccount, MemberView, UpdateServiceAccount } from './member.dto.js';
import { MembersService } from './members.service.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@ApiTags('service accounts')
@Controller('service-accounts')
export class ServiceAccountsController {
  constructor(
    private readonly members: MembersService,
    private readonly serviceAccounts: ServiceAccountsService,
  ) {}

  /** Lists the service accounts of the organization, or of the selected project. */
  @Get()
  @Requires('members', 'read')
  @ReturnsPageOf(MemberView)
  list(@Granted() grant: Grant, @Query() query: ProjectPageQuery): Promise<Page<MemberView>> {
    return this.members.list(grant, query, 'service_account');
  }

  /** Makes a service account: a member without a password, which acts by its keys. */
  @Post()
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(201, MemberView)
  @Fails('project_not_found', 'idempotency_conflict')
  create(@Granted() grant: Grant, @Body() input: CreateServiceAccount): Promise<MemberView> {
    return this.serviceAccounts.create(grant, input);
  }

  /** Shows a service account. */
  @Get(':id')
  @Requires('members', 'read')
  @Returns(200, MemberView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<MemberView> {
    return this.members.get(grant, id, 'service_account');
  }

  /** Changes a service account's name, role or status. */
  @Patch(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(200, MemberView)
  @Fails('not_found')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateServiceAccount,
  ): Promise<MemberView> {
    return this.members.update(grant, id, input, 'service_account');
  }

  /** Removes a service account and revokes its keys. */
  @Delete(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.members.delete(grant, id, 'service_account');
  }
}
