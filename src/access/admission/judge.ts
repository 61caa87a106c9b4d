import { Injectable } from '@nestjs/common';
import { tenantId, type CredentialState } from '../credential-state.js';
import { decide } from '../decide.js';
import type { Refusal } from '../refusal.js';
import { earliest, type Stamp, type Stamped } from '../rights/stamp.js';
import { Rights } from '../rights/rights.js';
import { selectProject, type ProjectSelection } from '../select-project.js';
import type { Call, Judgement } from './call.js';

/** Brings together what a decision is made from, and has it made. */
@Injectable()
export class Judge {
  constructor(private readonly rights: Rights) {}

  /** Decides on a call by a credential's state. */
  async judge(call: Call, known: Stamped<CredentialState>): Promise<Judgement> {
    const stamps = [known.stamp];
    const selection = await this.select(call, known.value, stamps);
    const { ip } = call.request;
    const decision = decide(known.value, call.requirement, { ip, selection });
    return { state: known.value, decision, stamp: earliest(stamps) };
  }

  private async select(
    call: Call,
    state: CredentialState,
    stamps: Stamp[],
  ): Promise<ProjectSelection> {
    const malformed = call.malformed ?? (await this.checkProduct(call, stamps));
    if (malformed) return { project: null, refusal: malformed };
    const known = [];
    for (const { by, value } of state.credential.project ? [] : call.projects) {
      const project = value === null ? null : await this.rights.project(tenantId(state), by, value);
      if (project) known.push(project);
    }
    stamps.push(...known.map((project) => project.stamp));
    const names = known.map((project) => project.value);
    return selectProject(state, call.projects, names, call.requirement);
  }

  private async checkProduct({ requirement }: Call, stamps: Stamp[]): Promise<Refusal | null> {
    if (!requirement?.mustExist) return null;
    const product = await this.rights.product(requirement.product);
    if (!product) {
      const details = [{ field: 'product', message: 'is no product' }];
      return { code: 'invalid_request', details };
    }
    stamps.push({ organization: Infinity, platform: product.stamp.platform });
    return null;
  }
}
