import { Injectable } from '@nestjs/common';
import { tenantId, type CredentialState, type ProjectName } from '../credential-state.js';
import { decide, explain, type Decision, type ExplainedCheck } from '../decide.js';
import type { Refusal } from '../refusal.js';
import type { Requirement } from '../requirement.js';
import { Rights } from '../rights/rights.js';
import type { Stamp, Stamped } from '../rights/stamp.js';
import { smallestGrant, type NeededGrant } from '../smallest-grant.js';
import { selectProject, type ProjectReference, type ProjectSelection } from '../select-project.js';
import type { Call, KnownCredential } from './call.js';
import { Judgement } from './judgement.js';

/** Brings together what a decision is made from, and has it made. */
@Injectable()
export class Judge {
  constructor(private readonly rights: Rights) {}

  /** Decides on a call by a credential's state. */
  async judge(call: Call, known: KnownCredential): Promise<Judgement> {
    return this.judgeFromMemory(call, known) ?? decided(call, known, await this.read(call, known));
  }

  /** Decides at once where nothing has to be read; else null. */
  judgeFromMemory(call: Call, known: KnownCredential): Judgement | null {
    if (named(call, known.value).length > 0) return null;
    if (!asksForProduct(call)) return decidedAgain(call, known, { projects: [], product: null });
    const product = this.rights.rememberedProduct(call.requirement.product);
    return product && decidedAgain(call, known, { projects: [], product });
  }

  /**
   * Decides on a question about a credential and tells why. Nothing is admitted, counted or recorded by it.
   *
   * @param question what a caller could ask of a product
   */
  async explain(
    question: Question & AsksAccess,
    known: Stamped<CredentialState>,
  ): Promise<Explained> {
    const { requirement, ip } = question;
    const selection = selectionOf(question, known.value, await this.read(question, known));
    const call = { ip, selection };
    return {
      decision: decide(known.value, requirement, call),
      checks: explain(known.value, requirement, call),
      needed: selection.refusal ? null : smallestGrant(known.value, requirement, selection.project),
    };
  }

  /** Reads what the call names. */
  private async read(call: Question, { value }: Stamped<CredentialState>): Promise<Named> {
    const product = asksForProduct(call)
      ? await this.rights.product(call.requirement.product)
      : null;
    const projects = [];
    for (const { by, value: name } of named(call, value)) {
      const project = name === null ? null : await this.rights.project(tenantId(value), by, name);
      if (project) projects.push(project);
    }
    return { projects, product };
  }
}

/** What a decision takes of a call. */
export type Question = Pick<Call, 'requirement' | 'malformed' | 'projects' | 'ip'>;

interface AsksAccess {
  readonly requirement: Requirement;
}

/** A decision, with every check and what would have to be granted where access is lacking. */
export interface Explained {
  readonly decision: Decision;
  readonly checks: readonly ExplainedCheck[];
  /** Null where no grant gives the access to this credential. */
  readonly needed: readonly NeededGrant[] | null;
}

/** What there is of that which a call names. */
interface Named {
  readonly projects: readonly Stamped<ProjectName>[];
  /** The product that is asked for, where the caller chooses one. */
  readonly product: Stamped<string> | null;
}

type AskingCall = Question & AsksAccess;

/** Tells whether the product comes from the caller, so that there may be no such product. */
function asksForProduct(call: Question): call is AskingCall {
  return call.malformed === null && call.requirement?.mustExist === true;
}

/** The projects that have to be looked up: a project-scoped credential has its own at hand. */
function named(call: Question, { credential }: CredentialState): readonly ProjectReference[] {
  return credential.project ? [] : call.projects;
}

/** Decides as on the credential's last call where that settles this one, else anew. */
function decidedAgain(call: Call, known: KnownCredential, read: Named): Judgement {
  const { memory, value } = known;
  const last = memory.judgement;
  if (last instanceof Judgement && last.settles(call, value, stampOf(known, read))) return last;
  const judgement = decided(call, known, read);
  if (judgement.mayRepeat) memory.judgement = judgement;
  return judgement;
}

function decided(call: Call, known: KnownCredential, read: Named): Judgement {
  const { requirement, ip } = call;
  const selection = selectionOf(call, known.value, read);
  const decision = decide(known.value, requirement, { ip, selection });
  return new Judgement(call, known, decision, stampOf(known, read));
}

/** The changes that everything was read under which a decision is made from. */
function stampOf(known: Stamped<CredentialState>, { projects, product }: Named): Stamp {
  let { organization, platform } = known.stamp;
  for (const { stamp } of projects) {
    organization = Math.min(organization, stamp.organization);
    platform = Math.min(platform, stamp.platform);
  }
  if (product) platform = Math.min(platform, product.stamp.platform);
  return { organization, platform };
}

function selectionOf(
  call: Question,
  state: CredentialState,
  { projects, product }: Named,
): ProjectSelection {
  if (call.malformed) return { project: null, refusal: call.malformed };
  if (asksForProduct(call) && !product) return { project: null, refusal: noProduct };
  const names = projects.map((project) => project.value);
  return selectProject(state, call.projects, names, call.requirement);
}

const noProduct: Refusal = {
  code: 'invalid_request',
  details: [{ field: 'product', message: 'is no product' }],
};
