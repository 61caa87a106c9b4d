import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, SignedIn, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import { PageQuery, type Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { CreateOrganization, OrganizationView, UpdateOrganization } from './organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  /**
   * Lists organizations.
   *
   * @remarks With a session, those that its user is a member of; with a key or a session of single sign-on, its own; with a platform key, all.
   */
  @Get()
  @Requires('organization', 'read', { organizationWide: true })
  @ReturnsPageOf(OrganizationView)
  list(@Granted() grant: Grant, @Query() query: PageQuery): Promise<Page<OrganizationView>> {
    return this.organizations.list(grant, query);
  }

  /**
   * Makes an organization.
   *
   * @remarks A session's user becomes its owner; a platform key names the owner's e-mail address. Other credentials
   * are refused.
   */
  @Post()
  @SignedIn()
  @Returns(201, OrganizationView)
  @Fails('insufficient_permissions', 'slug_taken', 'idempotency_conflict')
  create(@Granted() grant: Grant, @Body() input: CreateOrganization): Promise<OrganizationView> {
    return this.organizations.create(grant, input);
  }

  /** Shows an organization. */
  @Get(':id')
  @Requires('organization', 'read', { organizationWide: true })
  @Returns(200, OrganizationView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<OrganizationView> {
    return this.organizations.get(grant, id);
  }

  /** Changes an organization. What the policy binds, it binds from the next call on. */
  @Patch(':id')
  @Requires('organization', 'read_write', { organizationWide: true })
  @Returns(200, OrganizationView)
  @Fails('not_found', 'slug_taken', 'conflict')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateOrganization,
  ): Promise<OrganizationView> {
    return this.organizations.update(grant, id, input);
  }

  /** Deletes an organization and revokes all its keys. Only an owner may, or a platform key. */
  @Delete(':id')
  @Requires('organization', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.organizations.delete(grant, id);
  }
}
