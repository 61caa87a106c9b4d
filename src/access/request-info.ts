import type { FastifyRequest } from 'fastify';
import type { RequestInfo } from './audit-trail/audit-event.js';

/** What the audit log tells of a call. */
export function requestInfoOf(request: FastifyRequest): RequestInfo {
  return {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? '',
    ip: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
  };
}
