import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import type { AuditEventView, ListAuditEvents } from './audit-event.dto.js';
import { AuditRepository } from './audit.repository.js';
import { presentEvent } from './present-event.js';

/** Reading the audit log. Nothing changes it. */
@Injectable()
export class AuditService {
  constructor(
    private readonly events: AuditRepository,
    private readonly pages: Pages,
  ) {}

  list(grant: Grant, query: ListAuditEvents): Promise<Page<AuditEventView>> {
    return this.pages.read(
      `audit events ${grant.organizationId}`,
      query,
      (slice) => this.events.list(grant, query, slice),
      (event) => String(event.seq),
      presentEvent,
    );
  }

  async get(grant: Grant, id: string): Promise<AuditEventView> {
    const event = await this.events.find(grant, id);
    if (!event) throw new ApiError('not_found');
    return presentEvent(event);
  }
}
