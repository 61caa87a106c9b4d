import type { Context, MiddlewareHandler } from 'hono';
import type { AuthorizedCaller } from './caller.js';
import { Guard, type GuardOptions } from './guard.js';
import { factsOf, type RequireAccess } from './require-access.js';

export type { AuthorizedCaller } from './caller.js';

/** How a guard asks Latchkey. */
export interface HonoGuardOptions extends GuardOptions {
  /** The caller's address, which each runtime tells in its own way: see Hono's `getConnInfo`. */
  readonly ip?: (context: Context) => string | undefined;
}

/** Middleware for Hono 4, after which `context.var.caller` says who calls. */
export type HonoMiddleware = MiddlewareHandler<{ Variables: { caller: AuthorizedCaller } }>;

/**
 * Protects routes of Hono.
 *
 * ```ts
 * const requireAccess = honoGuard({ url: 'https://auth.example.com' });
 * app.get('/monitors', requireAccess('uptime', 'read'), (context) =>
 *   context.json(monitorsOf(context.var.caller.projectId)),
 * );
 * ```
 */
export function honoGuard({ ip, ...options }: HonoGuardOptions): RequireAccess<HonoMiddleware> {
  const guard = new Guard(options);
  return (product, access, route = {}) =>
    async (context, next) => {
      const facts = factsOf(route, context.req.param(), ip?.(context));
      const verdict = await guard.judge(context.req.raw, { product, access }, facts);
      if (!verdict.allowed) return verdict.response;
      context.set('caller', verdict.caller);
      await next();
      verdict.headers.forEach((value, name) => context.header(name, value));
      return undefined;
    };
}
