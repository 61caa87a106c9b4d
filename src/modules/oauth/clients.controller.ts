import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import { PageQuery, type Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import {
  ClientView,
  ClientWithSecret,
  CreateClient,
  RotateClient,
  UpdateClient,
} from './client.dto.js';
import { ClientsService } from './clients.service.js';

@ApiTags('service accounts')
@Controller('service-accounts/:id/clients')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  /** Lists a service account's OAuth clients, newest first. */
  @Get()
  @Requires('api_keys', 'read', { organizationWide: true })
  @ReturnsPageOf(ClientView)
  @Fails('not_found')
  list(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<ClientView>> {
    return this.clients.list(grant, id, query);
  }

  /** Makes an OAuth client that acts for a service account. Its secret is in this answer and nowhere else. */
  @Post()
  @Requires('api_keys', 'read_write', { organizationWide: true })
  @Returns(201, ClientWithSecret)
  @Fails('not_found', 'idempotency_conflict')
  create(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: CreateClient,
  ): Promise<ClientWithSecret> {
    return this.clients.create(grant, id, input);
  }

  /** Changes a client's name or scope. A narrower scope binds its tokens from the next call on. */
  @Patch(':client_id')
  @Requires('api_keys', 'read_write', { organizationWide: true })
  @Returns(200, ClientView)
  @Fails('not_found')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @IdParam('client_id') clientId: string,
    @Body() input: UpdateClient,
  ): Promise<ClientView> {
    return this.clients.update(grant, { memberId: id, clientId }, input);
  }

  /** Gives a client a new secret. The old one is refused at once, or after the overlap; its tokens go on. */
  @Post(':client_id/rotate')
  @Requires('api_keys', 'read_write', { organizationWide: true })
  @Returns(200, ClientWithSecret)
  @Fails('not_found', 'idempotency_conflict')
  rotate(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @IdParam('client_id') clientId: string,
    @Body() input: RotateClient,
  ): Promise<ClientWithSecret> {
    return this.clients.rotate(grant, { memberId: id, clientId }, input);
  }

  /** Deletes a client for good: its tokens are refused from the next call on. Repeating is harmless. */
  @Delete(':client_id')
  @Requires('api_keys', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found')
  delete(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @IdParam('client_id') clientId: string,
  ): Promise<void> {
    return this.clients.delete(grant, { memberId: id, clientId });
  }
}
