import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf, ReturnsText } from '../../platform/http/returns.js';
import { AuditEventView, ExportAuditEvents, ListAuditEvents } from './audit-event.dto.js';
import { AuditService } from './audit.service.js';
import { exportLines } from './export-lines.js';

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

  /** Streams the log up to now, the oldest event first. Unfiltered `ndjson` can be verified offline. */
  @Get('export')
  @Requires('audit', 'read', { anyProject: true })
  @ReturnsText(exportLines.ndjson.mediaType, exportLines.csv.mediaType)
  @Fails('project_not_found')
  async export(
    @Granted() grant: Grant,
    @Query() query: ExportAuditEvents,
  ): Promise<StreamableFile> {
    const pieces = await this.audit.export(grant, query);
    return new StreamableFile(Readable.from(pieces, { objectMode: false }), {
      type: exportLines[query.format].mediaType,
      disposition: `attachment; filename="audit-events.${query.format}"`,
    });
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
