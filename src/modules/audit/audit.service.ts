import { Injectable } from '@nestjs/common';
import { ChainRepository, recordOf, type AuditEvent, type Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import type {
  AuditEventFilter,
  AuditEventView,
  ExportAuditEvents,
  ListAuditEvents,
} from './audit-event.dto.js';
import { AuditRepository } from './audit.repository.js';
import { exportLines } from './export-lines.js';

/** Some half a megabyte of text. */
const exportedAtOnce = 500;

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

  /**
   * The log up to now, the oldest event first, in pieces of text: read as fast as it is taken, some hundred events at a
   * time, with no connection held between.
   */
  async export(
    grant: Grant,
    { format, ...filter }: ExportAuditEvents,
  ): Promise<AsyncIterable<string>> {
    const [newest] = await this.events.list(grant, filter, { after: null, count: 1 });
    const { head, write } = exportLines[format];
    const pages = newest ? this.upTo(newest, grant, filter) : [];
    return (async function* () {
      if (head !== '') yield head;
      for await (const page of pages) yield write(page);
    })();
  }

  private async *upTo(
    { seq: lastSeq }: AuditEvent,
    grant: Grant,
    filter: AuditEventFilter,
  ): AsyncGenerator<AuditEventView[]> {
    let last: AuditEvent | null = null;
    do {
      const page: AuditEvent[] = await this.events.oldest(grant, filter, last, exportedAtOnce);
      yield this.linked(
        grant,
        page.filter((event) => event.seq <= lastSeq),
      );
      last = page.at(-1) ?? null;
    } while (last !== null && last.seq < lastSeq);
  }

  /** The events with their hashes, which are null until they are sealed. */
  private async linked(grant: Grant, events: AuditEvent[]): Promise<AuditEventView[]> {
    const seqs = events.map((event) => event.seq);
    const links = await this.chain.links(grant.organizationId, seqs);
    return events.map((event) => ({ ...recordOf(event), ...(links.get(event.seq) ?? unsealed) }));
  }
}

const unsealed = { previous_hash: null, hash: null };
