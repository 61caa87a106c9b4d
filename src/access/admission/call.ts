import type { Actor } from '../actor.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';
import type { CredentialState } from '../credential-state.js';
import type { Decision } from '../decide.js';
import type { Refusal } from '../refusal.js';
import type { Requirement } from '../requirement.js';
import type { Stamp, Stamped } from '../rights/stamp.js';
import type { StateMemory } from '../rights/state-memory.js';
import type { ProjectReference } from '../select-project.js';

/** A credential that was presented and is known, whether or not it is in force. */
export interface KnownCredential extends Stamped<CredentialState> {
  /** Where its state is read again. */
  readonly memory: StateMemory;
}

/** A call that asks to be let in. */
export interface Call {
  readonly credential: KnownCredential;
  /** Null when any valid credential will do. */
  readonly requirement: Requirement | null;
  /** What is wrong with the question that the call asks, if anything is. */
  readonly malformed: Refusal | null;
  /** Every place of the call that names a project. */
  readonly projects: readonly ProjectReference[];
  /** The address that the call comes from; null when nobody knows it. */
  readonly ip: string | null;
  /** Who has the call checked in another's stead; null when the credential's holder makes it. */
  readonly actor: Actor | null;
  readonly request: RequestInfo;
}

/** Where the caller stands with its limit after this call. */
export interface RateLimitStatus {
  /** Which limit: the organization's, or that of a person's sessions. */
  readonly name: 'organization' | 'session';
  /** Calls in any 60 seconds. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until a place is free again, or until the oldest call leaves the window. */
  readonly resetSeconds: number;
}

/** The answer to a call, recorded before it is given. */
export interface Verdict {
  readonly state: CredentialState;
  readonly decision: Decision;
  /** The changes of rights that it was decided under. */
  readonly stamp: Stamp;
  /** The limit outranks the decision's own refusal once the call counts. */
  readonly refusal: Refusal | null;
  /** Null when no limit applies or the call did not come as far. */
  readonly rateLimit: RateLimitStatus | null;
}
