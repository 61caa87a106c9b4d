import { grouped } from '../../platform/grouped.js';
import { networkOf } from '../../platform/throttling/network.js';
import type { RefusedCaller } from './refused-caller.js';

/** Callers that one event tells of. */
export interface RefusedCallers {
  /** The first of them. */
  readonly caller: RefusedCaller;
  readonly count: number;
}

/** Tells callers of one address together that are refused the same for the same, and say to be the same. */
export function toldTogether(callers: readonly RefusedCaller[]): RefusedCallers[] {
  return [...grouped(callers, likeness).values()].flatMap((same) => {
    const [caller] = same;
    return caller ? [{ caller, count: same.length }] : [];
  });
}

function likeness({ action, code, reason, claimed, request }: RefusedCaller): string {
  const { type, id, organization } = claimed ?? {};
  return JSON.stringify([action, code, reason, type, id, organization, networkOf(request.ip)]);
}
