import type { ErrorCode } from '../../platform/http/api-error.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';

/** Who a caller says to be. Nothing proves it. */
export interface ClaimedIdentity {
  readonly type: 'user' | 'session' | 'oauth_client' | 'single_sign_on';
  /** Null when nobody known is meant. */
  readonly id: string | null;
  /** The organization that a user wants to act in, by id or slug; their oldest unless given. */
  readonly organization?: string | null;
}

/** A caller without a credential that was let in: its token is unknown, or it did not prove who it says to be. */
export interface RefusedCaller {
  /** `noun.past`, like `session.refused`. */
  readonly action: string;
  /** The refusal's code. */
  readonly code: ErrorCode;
  /** Why, in words of ours, where the code does not say. */
  readonly reason?: string;
  readonly claimed: ClaimedIdentity | null;
  readonly request: RequestInfo;
}
