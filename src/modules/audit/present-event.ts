import { operatorId, type AuditEvent } from '../../access/index.js';
import type { AuditEventView } from './audit-event.dto.js';

/** The event as clients see it. */
export function presentEvent(event: AuditEvent): AuditEventView {
  return {
    id: event.id,
    seq: event.seq,
    occurred_at: event.occurredAt.toISOString(),
    ...(event.count > 1 && { count: event.count }),
    action: event.action,
    outcome: event.outcome,
    code: event.code,
    organization_id: event.organizationId === operatorId ? null : event.organizationId,
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
