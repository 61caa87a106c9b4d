import type { AuthorizedCaller } from './caller.js';

/** Who made the requests that guards have let in. */
const callers = new WeakMap<object, AuthorizedCaller>();

/** Keeps who made a request that was let in. */
export function remember(request: object, caller: AuthorizedCaller): void {
  callers.set(request, caller);
}

/**
 * Who made a request.
 *
 * @throws Error when no guard has let the request in: the route lacks one
 */
export function callerOf(request: object): AuthorizedCaller {
  const caller = callers.get(request);
  if (!caller) throw new Error('no guard of Latchkey has let this request in');
  return caller;
}
