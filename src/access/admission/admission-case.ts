import { RowStart } from '../../platform/database/composite-rows.js';
import { actorOf } from '../actor.js';
import { canonicalFrame, type CanonicalFrame } from '../audit-chain/canonical-event.js';
import { tenantId, type Credential, type CredentialSource } from '../credential-state.js';
import type { Decision } from '../decide.js';
import type { Stamp } from '../rights/stamp.js';
import type { CaseColumn, CaseValues } from './admission-columns.js';
import { bucketOf } from './bucket.js';
import type { Call, KnownCredential } from './call.js';

/**
 * What calls bring to the admission statement, and to the hash chain, that ask the same of the same state: all but the
 * moment and the request. It is put into bytes once for all of them.
 */
export class AdmissionCase extends RowStart<CaseColumn> {
  private madeFrame: CanonicalFrame | undefined;

  constructor(override readonly values: CaseValues) {
    super(values);
  }

  /** What the canonical forms of the events of admitted calls have in common. */
  get frame(): CanonicalFrame {
    return (this.madeFrame ??= canonicalFrame({ ...this.values, ...aboutNobody, count: 1 }));
  }

  /** The same of the event that tells of calls past the limit. */
  frameOfLimited(count: number): CanonicalFrame {
    const refusal = { outcome: 'denied', code: 'rate_limit_exceeded' } as const;
    return canonicalFrame({ ...this.values, ...aboutNobody, ...refusal, count });
  }
}

const aboutNobody = { targetType: null, targetId: null };

/** The case that a decision on a call makes. */
export function caseOf(
  call: Call,
  { value: state, memory }: KnownCredential,
  decision: Decision,
  stamp: Stamp,
): AdmissionCase {
  const { requirement } = call;
  const { credential } = state;
  const bucket = decision.counts ? bucketOf(state) : null;
  const actor = call.actor ?? actorOf(state);
  const inForce = decision.failed !== 'credential';
  return new AdmissionCase({
    organizationId: tenantId(state),
    bucketId: bucket && bucket.gateId,
    limit: bucket ? bucket.limit : 0,
    version: stamp.organization,
    platformVersion: stamp.platform,
    from: inForce ? seconds(credential.notBefore) : null,
    until: inForce ? seconds(credential.expiresAt) : null,
    action: `${usedNoun(memory.source, credential)}.used`,
    outcome: decision.refusal ? 'denied' : 'allowed',
    code: decision.refusal && decision.refusal.code,
    projectId: decision.reach.project && decision.reach.project.id,
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    credentialType: credential.type,
    credentialId: credential.id,
    credentialPrefix: credential.prefix,
    product: requirement && requirement.product,
    access: requirement && requirement.access,
  });
}

/** What a call is made with, as its event says. */
function usedNoun({ type: source }: CredentialSource, { type }: Credential): string {
  if (type !== 'oauth') return type;
  return source === 'client' ? 'oauth_client' : 'oauth_token';
}

/** A bound of the term that the database's clock confirms. What was refused for its term has none to confirm. */
function seconds(time: Date | null): number | null {
  return time && time.getTime() / 1000;
}
