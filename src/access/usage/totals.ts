import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { isCountedCall } from './counted-call.js';
import { noProduct, noProject } from './usage-day.entity.js';

/** How often a credential was used on a day (UTC), as a row of `usage_day`. */
export interface DayTotal {
  readonly organization_id: string;
  readonly day: string;
  readonly credential_id: string;
  readonly project_id: string;
  readonly product: string;
  readonly outcome: AuditEvent['outcome'];
  calls: number;
}

/** How often a key was used and when last, as a row of `api_key_usage`. */
export interface KeyTotal {
  readonly api_key_id: string;
  calls: number;
  last_used_at: Date;
}

/** Adds up the calls among some events. */
export function totalsOf(events: readonly AuditEvent[]): { days: DayTotal[]; keys: KeyTotal[] } {
  const days = new Map<string, DayTotal>();
  const keys = new Map<string, KeyTotal>();
  for (const event of events) {
    if (!isCountedCall(event) || event.credentialId === null) continue;
    addDay(days, event, event.credentialId);
    if (event.credentialType === 'api_key') addKey(keys, event, event.credentialId);
  }
  return { days: [...days.values()], keys: [...keys.values()] };
}

function addDay(days: Map<string, DayTotal>, event: AuditEvent, credentialId: string): void {
  const row = {
    organization_id: event.organizationId,
    day: event.occurredAt.toISOString().slice(0, 10),
    credential_id: credentialId,
    project_id: event.projectId ?? noProject,
    product: event.product ?? noProduct,
    outcome: event.outcome,
  };
  const name = Object.values(row).join(' ');
  const total = days.get(name);
  if (total) total.calls += event.count;
  else days.set(name, { ...row, calls: event.count });
}

function addKey(keys: Map<string, KeyTotal>, { count, occurredAt }: AuditEvent, id: string): void {
  const total = keys.get(id) ?? { api_key_id: id, calls: 0, last_used_at: occurredAt };
  total.calls += count;
  if (occurredAt > total.last_used_at) total.last_used_at = occurredAt;
  keys.set(id, total);
}
