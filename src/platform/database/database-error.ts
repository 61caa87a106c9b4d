import { QueryRunnerAlreadyReleasedError, QueryFailedError } from 'typeorm';

const connectionFailures = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** Messages of `pg` for failures that it gives no code. */
const connectionMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client was closed|pool after calling end|not queryable/i;

/** The code of the answer for what the database or the way to it threw; undefined for anything else. */
export function databaseErrorCode(
  thrown: unknown,
): 'unavailable' | 'conflict' | 'invalid_request' | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const error = thrown instanceof QueryFailedError ? (thrown.driverError as Error) : thrown;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (thrown instanceof QueryRunnerAlreadyReleasedError) return 'unavailable';
  if (connectionFailures.has(code) || connectionMessages.test(error.message)) return 'unavailable';
  if (isUnavailability(code)) return 'unavailable';
  if (code === '23505' || code === '23503') return 'conflict';
  if (code.startsWith('22')) return 'invalid_request';
  return undefined;
}

/**
 * SQLSTATE classes that pass by themselves or by the operator's hand: connection (08), no admittance (28), no such
 * database (3D), deadlock or serialization (40), resources (53), closed database or no free lock (55), intervention
 * (57), system (58), read-only (25006).
 */
function isUnavailability(code: string): boolean {
  return /^(08|28|3D|40|53|55|57|58)...$/.test(code) || code === '25006';
}

/** Tells whether a statement failed because a unique index of this name already holds the value. */
export function violates(thrown: unknown, index: string): boolean {
  if (!(thrown instanceof QueryFailedError)) return false;
  const error = thrown.driverError as { code?: string; constraint?: string };
  return error.code === '23505' && error.constraint === index;
}
