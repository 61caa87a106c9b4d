import type { FastifyReply, FastifyRequest } from 'fastify';
import { remember } from './callers.js';
import { Guard, type GuardOptions } from './guard.js';
import { nodeCall } from './node-call.js';
import { factsOf, type RequireAccess } from './require-access.js';

export type { AuthorizedCaller } from './caller.js';
export { callerOf } from './callers.js';
export type { GuardOptions } from './guard.js';

/** An `onRequest` hook for Fastify 5. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Protects routes of Fastify.
 *
 * ```ts
 * const requireAccess = fastifyGuard({ url: 'https://auth.example.com' });
 * app.get('/monitors', { onRequest: requireAccess('uptime', 'read') }, (request) =>
 *   monitorsOf(callerOf(request).projectId),
 * );
 * ```
 */
export function fastifyGuard(options: GuardOptions): RequireAccess<FastifyHook> {
  const guard = new Guard(options);
  return (product, access, route = {}) =>
    async (request, reply) => {
      const facts = factsOf(route, request.params, request.ip);
      const verdict = await guard.judge(nodeCall(request.raw), { product, access }, facts);
      if (verdict.allowed) {
        remember(request, verdict.caller);
        return void reply.headers(Object.fromEntries(verdict.headers));
      }
      const { status, headers } = verdict.response;
      return reply
        .code(status)
        .headers(Object.fromEntries(headers))
        .send(await verdict.response.text());
    };
}
