import type { CredentialType } from '../credential-state.js';
import type { Actor } from '../actor.js';

/** The call that an event came about in. */
export interface RequestInfo {
  readonly id: string;
  readonly method: string;
  /** The route's pattern, not the raw path: `/v1/api-keys/:id`. */
  readonly route: string;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** Field by field, what stood before and what stands after. */
export type FieldChanges = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** An event that is about to be recorded. */
export interface NewAuditEvent {
  /** `noun.past`, like `api_key.created`. */
  readonly action: string;
  readonly outcome: 'allowed' | 'denied';
  /** The refusal's code; null when allowed. */
  readonly code: string | null;
  readonly projectId: string | null;
  readonly actor: Actor;
  readonly credential: {
    readonly type: CredentialType;
    readonly id: string;
    readonly prefix: string | null;
  } | null;
  readonly product: string | null;
  readonly access: string | null;
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly changes: FieldChanges | null;
  readonly request: RequestInfo | null;
}
