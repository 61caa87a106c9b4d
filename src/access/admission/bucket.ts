import type { CredentialState } from '../credential-state.js';
import type { RateLimitStatus } from './call.js';

/** Calls a minute that one person may make by sessions, apart from the organization's limit. */
const sessionLimit = 600;

/** A count of calls: whose gate keeps it, and how many it lets through. */
export interface Bucket extends Pick<RateLimitStatus, 'name' | 'limit'> {
  readonly gateId: string;
}

/** The bucket that a credential's calls count in: the organization's, or the person's for a session. Platform keys have none. */
export function bucketOf({ credential, owner, tenant }: CredentialState): Bucket | null {
  if (tenant === null) return null;
  if (credential.type === 'session' && owner?.userId)
    return { name: 'session', gateId: owner.userId, limit: sessionLimit };
  return { name: 'organization', gateId: tenant.id, limit: tenant.rateLimitPerMinute };
}
