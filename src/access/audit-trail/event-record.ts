import { operatorId } from '../credential-state.js';
import type { AuditEvent } from './audit-event.entity.js';
import type { FieldChanges } from './audit-event.js';
import { eventId } from './event-id.js';

/** An event as clients see it and as the hash chain vouches for it. What stands here never changes its form. */
export interface EventRecord {
  readonly id: string;
  readonly seq: number;
  readonly occurred_at: string;
  /** How many refusals are told together; left out when it is one. */
  readonly count?: number;
  readonly action: string;
  readonly outcome: 'allowed' | 'denied';
  readonly code: string | null;
  readonly organization_id: string | null;
  readonly project_id: string | null;
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string };
  readonly credential: {
    readonly type: string;
    readonly id: string;
    readonly prefix: string | null;
  } | null;
  readonly product: string | null;
  readonly access: string | null;
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly changes: FieldChanges | null;
  readonly request: {
    readonly id: string;
    readonly method: string;
    readonly route: string;
    readonly ip: string;
    readonly user_agent: string | null;
  } | null;
}

/** The record of a stored event. */
export function recordOf(event: AuditEvent): EventRecord {
  return {
    id: eventId(event),
    seq: event.seq,
    occurred_at: event.occurredAt.toISOString(),
    ...(event.count > 1 && { count: event.count }),
    action: event.action,
    outcome: event.outcome,
    code: event.code,
    organization_id: shownOrganization(event.organizationId),
    project_id: event.projectId,
    actor: { type: event.actorType, id: event.actorId, name: event.actorName },
    credential: credentialOf(event),
    product: event.product,
    access: event.access,
    target: targetOf(event),
    changes: event.changes,
    request: requestOf(event),
  };
}

/** The organization as clients see it: the operator's own log belongs to none. */
export function shownOrganization(organizationId: string): string | null {
  return organizationId === operatorId ? null : organizationId;
}

function credentialOf({
  credentialType: type,
  credentialId: id,
  credentialPrefix: prefix,
}: AuditEvent) {
  return type !== null && id !== null ? { type, id, prefix } : null;
}

function targetOf({ targetType: type, targetId: id }: AuditEvent) {
  return type !== null && id !== null ? { type, id } : null;
}

function requestOf(event: AuditEvent) {
  const { requestId, requestMethod, requestRoute, requestIp, requestUserAgent } = event;
  if (requestId === null) return null;
  return {
    id: requestId,
    method: requestMethod ?? '',
    route: requestRoute ?? '',
    ip: requestIp ?? '',
    user_agent: requestUserAgent,
  };
}
