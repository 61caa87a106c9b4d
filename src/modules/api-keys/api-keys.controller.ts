import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Granted, Requires, SignedIn, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import {
  ApiKeyView,
  ApiKeyWithSecret,
  CreateApiKey,
  ListApiKeys,
  RotateApiKey,
  UpdateApiKey,
} from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

/** Works as it stands, whatever the organization holds. */
const reader = { name: 'Status page reader', product_scopes: { uptime: 'read' } };

@ApiTags('api keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  /** Makes a key. Its secret is in this answer and nowhere else. */
  @Post()
  @Requires('api_keys', 'read_write')
  @Returns(201, ApiKeyWithSecret)
  @Fails('project_required', 'project_not_found', 'not_found', 'idempotency_conflict')
  @ApiBody({ type: CreateApiKey, examples: { reader: { value: reader } } })
  create(@Granted() grant: Grant, @Body() input: CreateApiKey): Promise<ApiKeyWithSecret> {
    return this.apiKeys.create(grant, input);
  }

  /** Lists keys, newest first: those of the projects where you may see keys, and your own. */
  @Get()
  @Requires('api_keys', 'read', { anyProject: true, orOwn: true })
  @ReturnsPageOf(ApiKeyView)
  @Fails('project_not_found')
  list(@Granted() grant: Grant, @Query() query: ListApiKeys): Promise<Page<ApiKeyView>> {
    return this.apiKeys.list(grant, query);
  }

  /** Revokes the very key that makes this call. */
  @Delete('current')
  @SignedIn()
  @Returns(204, null)
  revokeCurrent(@Granted() grant: Grant): Promise<void> {
    return this.apiKeys.revokeCurrent(grant);
  }

  /** Shows a key, also a revoked one. */
  @Get(':id')
  @Requires('api_keys', 'read', { anyProject: true, orOwn: true })
  @Returns(200, ApiKeyView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<ApiKeyView> {
    return this.apiKeys.get(grant, id);
  }

  /** Changes a key. What it binds, it binds from the next call on. */
  @Patch(':id')
  @Requires('api_keys', 'read_write', { anyProject: true })
  @Returns(200, ApiKeyView)
  @Fails('not_found', 'conflict')
  update(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: UpdateApiKey,
  ): Promise<ApiKeyView> {
    return this.apiKeys.update(grant, id, input);
  }

  /** Gives a key a new secret. The old one is refused at once, or after the overlap. */
  @Post(':id/rotate')
  @Requires('api_keys', 'read_write', { anyProject: true })
  @Returns(200, ApiKeyWithSecret)
  @Fails('not_found', 'conflict', 'idempotency_conflict')
  rotate(
    @Granted() grant: Grant,
    @IdParam('id') id: string,
    @Body() input: RotateApiKey,
  ): Promise<ApiKeyWithSecret> {
    return this.apiKeys.rotate(grant, id, input);
  }

  /** Revokes a key for good: no call that starts after this answer is let in by it. Repeating is harmless. */
  @Delete(':id')
  @Requires('api_keys', 'read_write', { anyProject: true, orOwn: true })
  @Returns(204, null)
  @Fails('not_found')
  revoke(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.apiKeys.revoke(grant, id);
  }
}
