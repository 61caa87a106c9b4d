import { newId } from '../../platform/http/ids.js';
import { actorOf } from '../actor.js';
import { tenantId, type Credential } from '../credential-state.js';
import type { AdmissionInput } from './admission-statement.js';
import { bucketOf } from './bucket.js';
import type { Call, Judgement } from './call.js';

const longestUserAgent = 256;

/** What a decided call brings to the admission statement. */
export function admissionInput(call: Call, judgement: Judgement): Omit<AdmissionInput, 'n'> {
  const { requirement, request } = call;
  const { state, decision, stamp } = judgement;
  const { credential } = state;
  const bucket = decision.counts ? bucketOf(state) : null;
  const actor = actorOf(state);
  return {
    organization_id: tenantId(state),
    bucket_id: bucket?.gateId ?? null,
    limit: bucket?.limit ?? 0,
    version: stamp.organization,
    platform_version: stamp.platform,
    ...termOf(credential, decision.checks[0]?.passed === true),
    id: newId(),
    action: `${credential.type === 'oauth' ? 'oauth_token' : credential.type}.used`,
    outcome: decision.refusal ? 'denied' : 'allowed',
    code: decision.refusal?.code ?? null,
    project_id: decision.reach.project?.id ?? null,
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    credential_type: credential.type,
    credential_id: credential.id,
    credential_prefix: credential.prefix,
    product: requirement?.product ?? null,
    access: requirement?.access ?? null,
    request_id: request.id,
    request_method: request.method,
    request_route: request.route,
    request_ip: request.ip,
    request_user_agent: storable(request.userAgent),
  };
}

/** The term that the database's clock confirms. What was refused for its term has none to confirm. */
function termOf({ notBefore, expiresAt }: Credential, inForce: boolean) {
  const seconds = (time: Date | null) => (time && inForce ? time.getTime() / 1000 : null);
  return { from: seconds(notBefore), until: seconds(expiresAt) };
}

function storable(text: string | null): string | null {
  return text?.slice(0, longestUserAgent).replaceAll('\0', '').toWellFormed() ?? null;
}
