import { LatchkeyUnreachable } from '../errors.js';
import { isErrorBody, jsonOf, type Answer } from './answer.js';
import { retryAfterSeconds } from './retry-after.js';

/** What may be done with a call that did not succeed. */
export interface RetryRules {
  /** Whether the call has the same effect when it arrives twice. */
  readonly repeatable: boolean;
  /** Whether to wait for the limit to let the call in, rather than to hand its refusal back. */
  readonly waitsForLimit: boolean;
}

/**
 * How many milliseconds to wait before a call is sent again; null when it must not be, or need not.
 *
 * A call that the limit refused (429) has had no effect. After an outage nobody knows whether it has had one, so
 * only what is repeatable is sent again.
 *
 * @param attempt 0 for the first time that the call was sent
 * @param chance from 0 to 1: spreads the callers that wait for the same server
 */
export function pauseBeforeRetry(
  outcome: Answer | LatchkeyUnreachable,
  { repeatable, waitsForLimit }: RetryRules,
  attempt: number,
  chance: number,
): number | null {
  const backoff = 100 * 2 ** attempt * (1 + chance);
  if (outcome instanceof LatchkeyUnreachable) return repeatable ? backoff : null;
  const asked = retryAfterSeconds(outcome.headers);
  const pause = asked === null ? backoff : asked * 1000;
  if (outcome.status === 429) return waitsForLimit ? pause : null;
  if ([502, 503, 504].includes(outcome.status)) return repeatable ? pause : null;
  return repeatable && attempt > 0 && isUnderWay(outcome) ? backoff : null;
}

/** The first sending is still being worked on: its Idempotency-Key is taken. */
function isUnderWay(answer: Answer): boolean {
  const body = answer.status === 409 ? jsonOf(answer) : null;
  return isErrorBody(body) && body.error.code === 'idempotency_conflict';
}
