import type { CredentialState, MemberType } from './credential-state.js';

/** `system` is Latchkey itself, at start-up; `unknown` is whoever did not prove who they are. */
export type ActorType = MemberType | 'platform' | 'system' | 'unknown';

/** Who acts, as the audit log names it. */
export interface Actor {
  readonly type: ActorType;
  readonly id: string | null;
  readonly name: string;
}

/** Who stands behind a credential: its member, or the operator for a platform key. */
export function actorOf({ owner, credential }: CredentialState): Actor {
  if (owner) return { type: owner.type, id: owner.memberId, name: owner.name };
  return { type: 'platform', id: credential.id, name: credential.name };
}

/** Tells whether two are told the same; null is nobody. */
export function isSameActor(one: Actor | null, other: Actor | null): boolean {
  if (one === null || other === null) return one === other;
  return one.type === other.type && one.id === other.id && one.name === other.name;
}

/** Latchkey itself. */
export const systemActor: Actor = { type: 'system', id: null, name: 'latchkey' };

/** Whoever did not prove who they are. */
export const unknownActor: Actor = { type: 'unknown', id: null, name: 'unknown' };
