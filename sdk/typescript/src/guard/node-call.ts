import type { GuardedCall } from './question.js';

/** A request as Node's servers have it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly rawHeaders: readonly string[];
}

/**
 * A request of a Node server as a guard judges it. A header that was sent twice holds both values, where Node's own
 * would drop the second: what Latchkey refuses must not look well-formed because half of it is missing.
 */
export function nodeCall({ method = 'GET', rawHeaders }: NodeRequest): GuardedCall {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    // Those of HTTP/2 that begin with a colon are no headers.
    if (!name.startsWith(':')) headers.append(name, value);
  }
  return { method, headers };
}
