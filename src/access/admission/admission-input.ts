import { actorOf } from '../actor.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { keptText } from '../audit-trail/kept-text.js';
import { tenantId, type Credential, type CredentialSource } from '../credential-state.js';
import type { AdmissionInput, AdmissionOutputCall } from './admission-statement.js';
import { bucketOf } from './bucket.js';
import type { Call, Judgement } from './call.js';

const notYet = new Date(0);

/** What a decided call brings to the admission statement. Number and time of its event are not known yet. */
export function admissionInput(call: Call, judgement: Judgement): AdmissionInput {
  const { requirement, request } = call;
  const { state, decision, stamp } = judgement;
  const { credential } = state;
  const bucket = decision.counts ? bucketOf(state) : null;
  const actor = call.actor ?? actorOf(state);
  const inForce = decision.checks[0]?.passed === true;
  return {
    organizationId: tenantId(state),
    bucketId: bucket && bucket.gateId,
    limit: bucket ? bucket.limit : 0,
    version: stamp.organization,
    platformVersion: stamp.platform,
    from: inForce ? seconds(credential.notBefore) : null,
    until: inForce ? seconds(credential.expiresAt) : null,
    seq: 0,
    occurredAt: notYet,
    count: 1,
    action: `${usedNoun(call.credential.memory.source, credential)}.used`,
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
    targetType: null,
    targetId: null,
    changes: null,
    requestId: request.id,
    requestMethod: request.method,
    requestRoute: request.route,
    requestIp: request.ip,
    requestUserAgent: keptText(request.userAgent),
  };
}

/** The event of a call as it was recorded; null where another call's event tells of it. */
export function recordedEvent(
  event: AdmissionInput,
  [, verdict, , , seq, count, at]: AdmissionOutputCall,
): AuditEvent | null {
  if (seq === null || count === null || at === null) return null;
  event.seq = seq;
  event.count = count;
  event.occurredAt = new Date(at);
  if (verdict === 'limited') {
    event.outcome = 'denied';
    event.code = 'rate_limit_exceeded';
  }
  return event;
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
