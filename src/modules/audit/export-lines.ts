import { stringify } from 'csv-stringify/sync';
import type { AuditEventView, ExportFormat } from './audit-event.dto.js';

/** How events are written in one form of the export. */
interface Lines {
  readonly mediaType: string;
  /** What stands before the first event. */
  readonly head: string;
  readonly write: (events: readonly AuditEventView[]) => string;
}

const columns = {
  id: (event) => event.id,
  seq: (event) => event.seq,
  occurred_at: (event) => event.occurred_at,
  count: (event) => event.count ?? 1,
  action: (event) => event.action,
  outcome: (event) => event.outcome,
  code: (event) => event.code,
  organization_id: (event) => event.organization_id,
  project_id: (event) => event.project_id,
  actor_type: (event) => event.actor.type,
  actor_id: (event) => event.actor.id,
  actor_name: (event) => event.actor.name,
  credential_type: (event) => event.credential?.type,
  credential_id: (event) => event.credential?.id,
  credential_prefix: (event) => event.credential?.prefix,
  product: (event) => event.product,
  access: (event) => event.access,
  target_type: (event) => event.target?.type,
  target_id: (event) => event.target?.id,
  changes: (event) => event.changes && JSON.stringify(event.changes),
  request_id: (event) => event.request?.id,
  request_method: (event) => event.request?.method,
  request_route: (event) => event.request?.route,
  request_ip: (event) => event.request?.ip,
  request_user_agent: (event) => event.request?.user_agent,
  previous_hash: (event) => event.previous_hash,
  hash: (event) => event.hash,
} satisfies Record<string, (event: AuditEventView) => string | number | null | undefined>;

/** Names and user agents are written by strangers: a spreadsheet must not take one for a formula. */
const table = (rows: readonly (readonly unknown[])[]) =>
  stringify([...rows], { escape_formulas: true });

/** The forms of the export. */
export const exportLines: Readonly<Record<ExportFormat, Lines>> = {
  ndjson: {
    mediaType: 'application/x-ndjson',
    head: '',
    write: (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    head: table([Object.keys(columns)]),
    write: (events) =>
      table(events.map((event) => Object.values(columns).map((valueOf) => valueOf(event)))),
  },
};
