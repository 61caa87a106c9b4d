import { Injectable } from '@nestjs/common';
import { InjectThrottlerStorage, ThrottlerStorage } from '@nestjs/throttler';
import type { CredentialState } from '../credential-state.js';
import type { RateLimitStatus } from './call.js';

const windowMilliseconds = 60_000;

/** Calls a minute that one person may make by sessions, apart from the organization's limit. */
const sessionLimit = 600;

/** A status after counting, and whether the call was too many. */
export interface CountedCall extends RateLimitStatus {
  readonly exceeded: boolean;
}

/** Counts calls against the limit of the organization or, for sessions, of the person. */
@Injectable()
export class RateLimiter {
  constructor(@InjectThrottlerStorage() private readonly storage: ThrottlerStorage) {}

  /** Counts one call unless it is too many; null when the credential has no limit. */
  async count(state: CredentialState): Promise<CountedCall | null> {
    const bucket = bucketOf(state);
    if (bucket === null) return null;
    const { key, limit, name } = bucket;
    const counted = await this.storage.increment(key, windowMilliseconds, limit, 0, name);
    return {
      name,
      limit,
      remaining: Math.max(0, limit - counted.totalHits),
      resetSeconds: counted.isBlocked ? counted.timeToBlockExpire : counted.timeToExpire,
      exceeded: counted.isBlocked,
    };
  }
}

function bucketOf({ credential, owner, tenant }: CredentialState) {
  if (tenant === null) return null;
  if (credential.type === 'session')
    return { name: 'session', key: `user ${owner?.userId}`, limit: sessionLimit } as const;
  const limit = tenant.rateLimitPerMinute;
  return { name: 'organization', key: `organization ${tenant.id}`, limit } as const;
}
