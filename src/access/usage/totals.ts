import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { isCountedCall } from './counted-call.js';
import { noProduct, noProject } from './usage-day.entity.js';

const msInADay = 86_400_000;

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
  const { organizationId, projectId, product, outcome, count, occurredAt } = event;
  const day = Math.floor(occurredAt.getTime() / msInADay);
  const name = `${day} ${credentialId} ${projectId} ${product} ${outcome}`;
  const total = days.get(name);
  if (total) {
    total.calls += count;
    return;
  }
  days.set(name, {
    organization_id: organizationId,
    day: occurredAt.toISOString().slice(0, 10),
    credential_id: credentialId,
    project_id: projectId ?? noProject,
    product: product ?? noProduct,
    outcome,
    calls: count,
  });
}

function addKey(keys: Map<string, KeyTotal>, { count, occurredAt }: AuditEvent, id: string): void {
  const total = keys.get(id);
  if (!total) keys.set(id, { api_key_id: id, calls: count, last_used_at: occurredAt });
  else {
    total.calls += count;
    if (occurredAt > total.last_used_at) total.last_used_at = occurredAt;
  }
}
