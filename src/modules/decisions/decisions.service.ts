import { Injectable } from '@nestjs/common';
import {
  askedFor,
  CredentialsRepository,
  Judge,
  maySee,
  type Grant,
  type NeededGrant,
} from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { ExplainDecision, Explanation, NeededGrantView } from './explanation.dto.js';

/** Explains decisions to those who may see the credential. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly judge: Judge,
  ) {}

  /**
   * Decides what a credential would be answered now, and tells every check.
   *
   * @throws ApiError `not_found` when there is no such credential, or none that the caller may see
   */
  async explain(grant: Grant, input: ExplainDecision): Promise<Explanation> {
    const { credential_id: id, product, access, project_id: project, ip = null } = input;
    const known = await this.credentials.findByCredentialId(id.toLowerCase());
    if (!known || !maySee(grant, known.value)) throw new ApiError('not_found');
    const where = { where: 'body project_id', by: 'id' } as const;
    const projects = project === undefined ? [] : [{ ...where, value: project.toLowerCase() }];
    const question = { requirement: askedFor(product, access), malformed: null, projects, ip };
    const { decision, checks, needed } = await this.judge.explain(question, known);
    const { credential, owner, tenant } = known.value;
    return {
      allowed: decision.refusal === null,
      code: decision.refusal?.code ?? null,
      organization_id: tenant?.id ?? null,
      project_id: decision.reach.project?.id ?? null,
      member: owner && { id: owner.memberId, type: owner.type, name: owner.name },
      credential: { type: credential.type, id: credential.id, name: credential.name },
      access: decision.reach.access,
      checks: checks.map(({ name, passed, code, why }) => ({ name, passed, code, why })),
      grant:
        decision.refusal?.code === 'insufficient_permissions' ? needed && viewOf(needed) : null,
    };
  }
}

function viewOf(needed: readonly NeededGrant[]): NeededGrantView[] {
  return needed.map(({ to, id, product, access, role, project }) => ({
    to,
    id,
    product,
    access,
    role: role && { id: role.id, level: role.level, name: role.name },
    project_id: project?.id ?? null,
  }));
}
