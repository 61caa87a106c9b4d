import { grouped } from '../../platform/grouped.js';
import { networkOf } from '../../platform/throttling/network.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';

/** Calls with unknown tokens from one address that are told together. */
export interface RefusedCalls {
  /** The first of them. */
  readonly request: RequestInfo;
  readonly count: number;
}

/** Tells calls of one address together. */
export function perAddress(requests: readonly RequestInfo[]): RefusedCalls[] {
  return [...grouped(requests, ({ ip }) => networkOf(ip)).values()].flatMap((same) => {
    const [request] = same;
    return request ? [{ request, count: same.length }] : [];
  });
}
