import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { AuditEventView, ListAuditEvents } from './audit-event.dto.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit log')
@Controller('audit-events')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** Lists what was done and refused, newest first. A project's admin sees that project's events. */
  @Get()
  @Requires('audit', 'read', { anyProject: true })
  @ReturnsPageOf(AuditEventView)
  @Fails('project_not_found')
  list(@Granted() grant: Grant, @Query() query: ListAuditEvents): Promise<Page<AuditEventView>> {
    return this.audit.list(grant, query);
  }

  /** Shows one event. */
  @Get(':id')
  @Requires('audit', 'read', { anyProject: true })
  @Returns(200, AuditEventView)
  @Fails('not_found')
  get(@Granted() grant: Grant, @IdParam('id') id: string): Promise<AuditEventView> {
    return this.audit.get(grant, id);
  }
}
