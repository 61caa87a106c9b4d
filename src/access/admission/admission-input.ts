import { actorOf } from '../actor.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { keptUserAgent } from '../audit-trail/kept-user-agent.js';
import { tenantId, type Credential, type CredentialSource } from '../credential-state.js';
import type { AdmissionInput, AdmissionOutputCall } from './admission-statement.js';
import { bucketOf } from './bucket.js';
import type { Call, Judgement } from './call.js';

/** What a decided call brings to the admission statement. */
export function admissionInput(call: Call, judgement: Judgement): AdmissionInput {
  const { requirement, request } = call;
  const { state, decision, stamp } = judgement;
  const { credential } = state;
  const bucket = decision.counts ? bucketOf(state) : null;
  const actor = actorOf(state);
  const inForce = decision.checks[0]?.passed === true;
  return {
    organization_id: tenantId(state),
    bucket_id: bucket?.gateId,
    limit: bucket?.limit ?? 0,
    version: stamp.organization,
    platform_version: stamp.platform,
    ...termOf(credential, inForce),
    action: `${usedNoun(call.credential.source, credential)}.used`,
    outcome: decision.refusal ? 'denied' : 'allowed',
    code: decision.refusal?.code,
    project_id: decision.reach.project?.id,
    actor_type: actor.type,
    actor_id: actor.id ?? undefined,
    actor_name: actor.name,
    credential_type: credential.type,
    credential_id: credential.id,
    credential_prefix: credential.prefix ?? undefined,
    product: requirement?.product,
    access: requirement?.access,
    request_id: request.id,
    request_method: request.method,
    request_route: request.route,
    request_ip: request.ip,
    request_user_agent: keptUserAgent(request.userAgent),
  };
}

/** What a call is made with, as its event says. */
function usedNoun({ type: source }: CredentialSource, { type }: Credential): string {
  if (type !== 'oauth') return type;
  return source === 'client' ? 'oauth_client' : 'oauth_token';
}

/** The event that the statement recorded of a call. */
export function recordedEvent(
  input: AdmissionInput,
  [, verdict, , , seq, count, at]: AdmissionOutputCall,
): AuditEvent | null {
  if (seq === null || count === null || at === null) return null;
  const limited = verdict === 'limited';
  return {
    organizationId: input.organization_id,
    seq,
    occurredAt: new Date(at),
    count,
    action: input.action ?? '',
    outcome: limited || input.outcome === 'denied' ? 'denied' : 'allowed',
    code: limited ? 'rate_limit_exceeded' : (input.code ?? null),
    projectId: input.project_id ?? null,
    actorType: input.actor_type ?? '',
    actorId: input.actor_id ?? null,
    actorName: input.actor_name ?? '',
    credentialType: input.credential_type ?? null,
    credentialId: input.credential_id ?? null,
    credentialPrefix: input.credential_prefix ?? null,
    product: input.product ?? null,
    access: input.access ?? null,
    targetType: null,
    targetId: null,
    changes: null,
    requestId: input.request_id ?? null,
    requestMethod: input.request_method ?? null,
    requestRoute: input.request_route ?? null,
    requestIp: input.request_ip ?? null,
    requestUserAgent: input.request_user_agent ?? null,
  };
}

/** The term that the database's clock confirms. What was refused for its term has none to confirm. */
function termOf({ notBefore, expiresAt }: Credential, inForce: boolean) {
  const seconds = (time: Date | null) => (time && inForce ? time.getTime() / 1000 : undefined);
  return { from: seconds(notBefore), until: seconds(expiresAt) };
}
