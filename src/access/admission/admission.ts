import { Injectable } from '@nestjs/common';
import { actorOf } from '../actor.js';
import { AuditTrailRepository } from '../audit-trail/audit-trail.repository.js';
import { CredentialsRepository } from '../credentials.repository.js';
import { tenantId, type CredentialState } from '../credential-state.js';
import { decide, type Decision } from '../decide.js';
import type { Refusal } from '../refusal.js';
import type { Requirement } from '../requirement.js';
import { selectProject, type ProjectSelection } from '../select-project.js';
import type { Call, Verdict } from './call.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * Lets calls in: decides, counts against the limit, and records the call. The verdict is given only after its
 * audit event is committed.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly trail: AuditTrailRepository,
    private readonly rateLimiter: RateLimiter,
  ) {}

  /** Admits or refuses one call. */
  async admit(call: Call): Promise<Verdict> {
    const selection = await this.select(call);
    const decision = decide(call.state, call.requirement, { ip: call.request.ip, selection });
    const rateLimit = decision.counts ? await this.rateLimiter.count(call.state) : null;
    const refusal: Refusal | null = rateLimit?.exceeded
      ? { code: 'rate_limit_exceeded' }
      : decision.refusal;
    await this.record(call, decision, refusal);
    return { decision, refusal, rateLimit };
  }

  private async select(call: Call): Promise<ProjectSelection> {
    const { state, projects, requirement } = call;
    const malformed = call.malformed ?? (await this.checkProduct(requirement));
    if (malformed) return { project: null, refusal: malformed };
    const well = projects.filter((project) => project.value !== null);
    const valuesBy = (by: 'id' | 'slug') =>
      well.filter((project) => project.by === by).map((project) => project.value ?? '');
    const known =
      well.length === 0 || state.credential.project
        ? []
        : await this.credentials.findProjects(tenantId(state), valuesBy('id'), valuesBy('slug'));
    return selectProject(state, projects, known, requirement);
  }

  private async checkProduct(requirement: Requirement | null): Promise<Refusal | null> {
    if (!requirement?.mustExist || (await this.credentials.isProduct(requirement.product)))
      return null;
    return { code: 'invalid_request', details: [{ field: 'product', message: 'is no product' }] };
  }

  private record(call: Call, decision: Decision, refusal: Refusal | null): Promise<void> {
    const { state, requirement, request } = call;
    const { type, id, prefix } = state.credential;
    return this.trail.append(tenantId(state), {
      action: `${usedNoun(state)}.used`,
      outcome: refusal ? 'denied' : 'allowed',
      code: refusal?.code ?? null,
      projectId: decision.reach.project?.id ?? null,
      actor: actorOf(state),
      credential: { type, id, prefix },
      product: requirement?.product ?? null,
      access: requirement?.access ?? null,
      target: null,
      changes: null,
      request,
    });
  }
}

function usedNoun({ credential }: CredentialState): string {
  return credential.type === 'oauth' ? 'oauth_token' : credential.type;
}
