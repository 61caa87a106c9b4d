import { decide, lacksSecondFactor, type CredentialState } from '../../access/index.js';

/**
 * Tells whether a credential is in force, by the one place that says so. Its address list is left out of account: it is
 * about whoever uses it, and here somebody else asks. A session that lacks the second factor that its organization requires
 * is good for no access.
 */
export function isInForce(state: CredentialState): boolean {
  const { refusal } = decide(state, null, {
    ip: null,
    selection: { project: null, refusal: null },
  });
  const isRefused = refusal !== null && refusal.code !== 'ip_not_allowed';
  return !isRefused && !lacksSecondFactor(state);
}
