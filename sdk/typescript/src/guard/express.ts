import { remember } from './callers.js';
import { Guard, type GuardOptions } from './guard.js';
import { nodeCall, type NodeRequest } from './node-call.js';
import { factsOf, type RequireAccess } from './require-access.js';

export type { AuthorizedCaller } from './caller.js';
export { callerOf } from './callers.js';
export type { GuardOptions } from './guard.js';

/** What Express's request has for a guard. Connect's and Node's own will do. */
export interface ExpressRequest extends NodeRequest {
  readonly ip?: string | undefined;
  readonly params?: object;
}

/** What Express's response has for a guard. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Middleware for Express 4 and 5. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/**
 * Protects routes of Express.
 *
 * ```ts
 * const requireAccess = expressGuard({ url: 'https://auth.example.com' });
 * app.get('/monitors', requireAccess('uptime', 'read'), (request, response) => {
 *   response.json(monitorsOf(callerOf(request).projectId));
 * });
 * ```
 */
export function expressGuard(options: GuardOptions): RequireAccess<ExpressMiddleware> {
  const guard = new Guard(options);
  return (product, access, route = {}) =>
    async (request, response, next) => {
      const facts = factsOf(route, request.params, request.ip);
      const verdict = await guard.judge(nodeCall(request), { product, access }, facts);
      const { headers } = verdict.allowed ? verdict : verdict.response;
      headers.forEach((value, name) => response.setHeader(name, value));
      if (verdict.allowed) {
        remember(request, verdict.caller);
        next();
        return;
      }
      response.statusCode = verdict.response.status;
      response.end(await verdict.response.text());
    };
}
