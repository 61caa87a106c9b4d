import type { Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';

/** A person who calls with a session of theirs. */
export interface SignedInPerson {
  readonly userId: string;
  readonly sessionId: string;
  /** When the session is over, however often it is refreshed. */
  readonly expiresAt: Date | null;
}

/**
 * The person behind a call, for what only they themselves may do: a key that acts for them may not.
 *
 * @throws ApiError `invalid_request` for any other credential than a session
 */
export function signedInPerson({ state: { credential, owner } }: Grant): SignedInPerson {
  if (credential.type !== 'session' || !owner?.userId)
    throw new ApiError('invalid_request', { message: 'Only a session can do this.' });
  return { userId: owner.userId, sessionId: credential.id, expiresAt: credential.expiresAt };
}
