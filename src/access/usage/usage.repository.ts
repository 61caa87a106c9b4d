import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { totalsOf } from './totals.js';

/** Totals of the calls in the audit log, so that nobody has to read a whole history to count them. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds the calls among some events to the totals. Each event is to be added once: the caller holds the chain heads
   * of the organizations, and moves them in the same transaction.
   */
  async add(events: readonly AuditEvent[]): Promise<void> {
    const { days, keys } = totalsOf(events);
    await this.database.rows(
      `WITH days AS (
         INSERT INTO usage_day AS total (organization_id, day, credential_id, project_id, product, outcome, calls)
         SELECT * FROM json_to_recordset($1) AS added (organization_id uuid, day date, credential_id uuid,
           project_id uuid, product text, outcome text, calls bigint)
         ON CONFLICT (organization_id, day, credential_id, project_id, product, outcome)
           DO UPDATE SET calls = total.calls + excluded.calls
       )
       INSERT INTO api_key_usage AS total (api_key_id, calls, last_used_at)
       SELECT * FROM json_to_recordset($2) AS added (api_key_id uuid, calls bigint, last_used_at timestamptz)
       ON CONFLICT (api_key_id) DO UPDATE SET calls = total.calls + excluded.calls,
         last_used_at = greatest(total.last_used_at, excluded.last_used_at)`,
      [JSON.stringify(days), JSON.stringify(keys)],
    );
  }
}
