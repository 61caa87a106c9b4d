import { Injectable } from '@nestjs/common';
import { ChainRepository, recordOf, type AuditEvent, type Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import type { AuditEventView, ListAuditEvents } from './audit-event.dto.js';
import { AuditRepository } from './audit.repository.js';

/** Reading the audit log. Nothing changes it. */
@Injectable()
export class AuditService {
  constructor(
    private readonly events: AuditRepository,
    private readonly chain: ChainRepository,
    private readonly pages: Pages,
  ) {}

  list(grant: Grant, query: ListAuditEvents): Promise<Page<AuditEventView>> {
    return this.pages.read(
      `audit events ${grant.organizationId}`,
      query,
      async (slice) => this.linked(grant, await this.events.list(grant, query, slice)),
      (event) => event.id,
      (event) => event,
    );
  }

  async get(grant: Grant, id: string): Promise<AuditEventView> {
    const event = await this.events.find(grant, id);
    const [view] = event ? await this.linked(grant, [event]) : [];
    if (!view) throw new ApiError('not_found');
    return view;
  }

  /** The events with their hashes, which are null until they are sealed. */
  private async linked(grant: Grant, events: AuditEvent[]): Promise<AuditEventView[]> {
    const seqs = events.map((event) => event.seq);
    const links = await this.chain.links(grant.organizationId, seqs);
    return events.map((event) => ({ ...recordOf(event), ...(links.get(event.seq) ?? unsealed) }));
  }
}

const unsealed = { previous_hash: null, hash: null };
