import { toApiError, type Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';

/** A person who calls with a session of theirs. */
export interface SignedInPerson {
  readonly userId: string;
  readonly sessionId: string;
  /** When the session is over, however often it is refreshed. */
  readonly expiresAt: Date | null;
  /** The only organization that the session counts in, when it was opened by single sign-on; null: every one of theirs. */
  readonly onlyIn: string | null;
}

/**
 * The person behind a call, for what only they themselves may do: a key that acts for them may not.
 *
 * @throws ApiError `invalid_request` for any other credential than a session
 */
export function signedInPerson({ state, organizationId }: Grant): SignedInPerson {
  const { credential, owner } = state;
  if (credential.type !== 'session' || !owner?.userId)
    throw new ApiError('invalid_request', { message: 'Only a session can do this.' });
  const onlyIn = credential.connectionId === undefined ? null : organizationId;
  const { id: sessionId, expiresAt } = credential;
  return { userId: owner.userId, sessionId, expiresAt, onlyIn };
}

/**
 * The person behind a call, for what reaches past the organization. Whoever an organization's identity provider vouches
 * for is that person to this organization only.
 *
 * @throws ApiError `invalid_request` for any other credential than a session, `insufficient_permissions` for a session of
 * single sign-on
 */
export function provenPerson(grant: Grant): SignedInPerson {
  const person = signedInPerson(grant);
  if (person.onlyIn === null) return person;
  const message = 'This session is of single sign-on and counts in its organization only.';
  throw toApiError({ code: 'insufficient_permissions', message, missing: [] });
}
