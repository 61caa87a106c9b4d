import { invalidField } from '../../platform/http/api-error.js';

const millisecondsInADay = 24 * 60 * 60 * 1000;

/** When a key begins and ends to be good. */
export interface KeyTerm {
  readonly expiresAt: Date | null;
  readonly notBefore: Date | null;
}

/**
 * Checks a key's term. Where the organization's policy bounds a key's life, a key without an end gets the latest one.
 *
 * @throws ApiError `invalid_request` when it ends in the past, before it begins, or later than the policy allows
 */
export function boundTerm(
  expires: string | null,
  begins: string | null,
  maxDays: number | null,
  now: Date,
): KeyTerm {
  const latest = maxDays === null ? null : new Date(now.getTime() + maxDays * millisecondsInADay);
  const expiresAt = expires === null ? latest : new Date(expires);
  const notBefore = begins === null ? null : new Date(begins);
  if (expiresAt && expiresAt <= now) throw invalidField('expires_at', 'must be in the future');
  if (expiresAt && notBefore && expiresAt <= notBefore)
    throw invalidField('expires_at', 'must be after not_before');
  if (expiresAt && latest && expiresAt > latest)
    throw invalidField('expires_at', `must be within ${maxDays} days: the organization's policy`);
  return { expiresAt, notBefore };
}
