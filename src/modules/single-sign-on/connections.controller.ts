import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, platformProduct, Requires, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { ConnectionsService } from './connections.service.js';
import { ConfirmDomains, ConnectionView, SetConnection } from './single-sign-on.dto.js';

@ApiTags('single sign-on')
@Controller('organizations/:id/single-sign-on')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  /** Shows the organization's identity provider, without its secret. */
  @Get()
  @Requires('organization', 'read', { organizationWide: true })
  @Returns(200, ConnectionView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<ConnectionView> {
    return this.connections.get(grant, id);
  }

  /**
   * Names the organization's identity provider, which speaks OpenID Connect. Only an owner may.
   *
   * @remarks Whoever controls the provider can sign in as any member, owners too: an owner's key that is cut to less than an
   * owner may do is refused. Register `callback_url` there. Nobody can sign in before the operator has confirmed a domain. With
   * another issuer or client the sessions that were opened through the former one end.
   */
  @Put()
  @Requires('organization', 'read_write', { organizationWide: true })
  @Returns(200, ConnectionView)
  @Fails('not_found', 'project_not_found')
  set(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: SetConnection,
  ): Promise<ConnectionView> {
    return this.connections.set(grant, id, input);
  }

  /** Takes the identity provider away and ends the sessions that were opened through it. Only an owner may, or a platform key. */
  @Delete()
  @Requires('organization', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.connections.delete(grant, id);
  }

  /**
   * Confirms that domains are the organization's, so that the e-mail addresses there are believed. Takes a platform key.
   *
   * @remarks Anyone can claim any domain, and people are made by the addresses that a provider names: make sure first.
   */
  @Put('confirmed-domains')
  @Requires(platformProduct, 'read_write')
  @Returns(200, ConnectionView)
  @Fails('not_found')
  confirm(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: ConfirmDomains,
  ): Promise<ConnectionView> {
    return this.connections.confirm(grant, id, input.domains);
  }
}
