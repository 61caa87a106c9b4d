import { suffices, type Access } from './catalogue.js';
import type { ErrorCode } from '../platform/http/api-error.js';
import type { CredentialState, ProjectName } from './credential-state.js';
import {
  effectiveAccess,
  organizationWideAccess,
  projectsWithAccess,
  type Projects,
} from './effective-access.js';
import { addressIsListed } from './address-list.js';
import { insufficient, type Refusal } from './refusal.js';
import type { Requirement } from './requirement.js';
import { permitted } from './roles.js';
import type { ProjectSelection } from './select-project.js';
import { describeNeeded, smallestGrant } from './smallest-grant.js';

/** The checks in the order in which they are made. The rate limit is counted by admission, between address and project. */
export const checkNames = ['credential', 'status', 'address', 'project', 'permission'] as const;
export type CheckName = (typeof checkNames)[number];

/** One check of a decision, as it is told to somebody who asks why. */
export interface ExplainedCheck {
  readonly name: CheckName;
  readonly passed: boolean;
  /** What it refuses with. */
  readonly code: ErrorCode | null;
  /** For the operator and the owner who asks for an explanation, never for an unknown caller. */
  readonly why: string;
}

/** What a decision is made about, besides the credential's state. */
export interface DecisionCall {
  /** The caller's address; null when nobody knows it. */
  readonly ip: string | null;
  readonly selection: ProjectSelection;
}

/** What an allowed call may reach. */
export interface Reach {
  readonly project: ProjectName | null;
  readonly access: Access;
  /** In which projects the access holds, when none is selected. */
  readonly projects: Projects;
  /** True when the caller lacks the access and may reach only what it owns itself. */
  readonly ownOnly: boolean;
}

/** Allow (no refusal) or refuse. */
export interface Decision {
  readonly refusal: Refusal | null;
  /** The check that refuses it. */
  readonly failed: CheckName | null;
  /** Whether the call came as far as the rate limit, and so counts against it. */
  readonly counts: boolean;
  readonly reach: Reach;
}

type Outcome = { readonly why: string; readonly refusal: Refusal | null };

/**
 * The only place that says yes or no to a credential. Pure: the same state, requirement and call give the same
 * decision, and it does nothing.
 *
 * @param requirement null when any valid credential will do
 */
export function decide(
  state: CredentialState,
  requirement: Requirement | null,
  call: DecisionCall,
): Decision {
  const reach = reachOf(state, requirement, call.selection);
  const considered = { state, requirement, call, reach };
  for (const name of checkNames) {
    const { refusal } = outcomes[name](considered);
    if (refusal)
      return { refusal, failed: name, counts: name === 'project' || name === 'permission', reach };
  }
  return { refusal: null, failed: null, counts: true, reach };
}

/**
 * Every check that {@link decide} would make, also behind one that fails: all that stands in the way. Which permission is
 * needed hangs on the project, so none is looked for behind a project that cannot be used.
 */
export function explain(
  state: CredentialState,
  requirement: Requirement,
  call: DecisionCall,
): readonly ExplainedCheck[] {
  const considered = {
    state,
    requirement,
    call,
    reach: reachOf(state, requirement, call.selection),
  };
  const checks: ExplainedCheck[] = [];
  for (const name of checkNames) {
    const { why, refusal } = outcomes[name](considered);
    checks.push({ name, passed: refusal === null, code: refusal?.code ?? null, why });
    if (name === 'project' && refusal) break;
  }
  return checks;
}

interface Considered {
  readonly state: CredentialState;
  readonly requirement: Requirement | null;
  readonly call: DecisionCall;
  readonly reach: Reach;
}

const outcomes: Record<CheckName, (considered: Considered) => Outcome> = {
  credential: checkCredential,
  status: checkStatus,
  address: checkAddress,
  project: checkProject,
  permission: checkPermission,
};

function reachOf(
  state: CredentialState,
  requirement: Requirement | null,
  selection: ProjectSelection,
): Reach {
  const { project } = selection;
  const projectId = project?.id ?? null;
  if (requirement === null) return { project, access: 'none', projects: [], ownOnly: false };
  const { product, access: wanted } = requirement;
  const access = requirement.organizationWide
    ? organizationWideAccess(state, product)
    : effectiveAccess(state, product, projectId);
  const projects = projectId === null ? projectsWithAccess(state, product, wanted) : [projectId];
  const somewhere = requirement.anyProject === true && projectId === null && projects.length > 0;
  return { project, access, projects, ownOnly: !suffices(access, wanted) && !somewhere };
}

function checkCredential({ state: { credential, readAt } }: Considered): Outcome {
  const refusal: Refusal = { code: 'invalid_token' };
  if (credential.revoked) return { why: 'It has been revoked.', refusal };
  if (!credential.isActive) return { why: 'It is disabled.', refusal };
  if (credential.expiresAt && credential.expiresAt.getTime() <= readAt)
    return { why: `It expired at ${credential.expiresAt.toISOString()}.`, refusal };
  if (credential.notBefore && credential.notBefore.getTime() > readAt)
    return { why: `It is not valid before ${credential.notBefore.toISOString()}.`, refusal };
  return { why: 'It is in force.', refusal: null };
}

function checkStatus({ state: { owner, tenant } }: Considered): Outcome {
  if (owner?.active === false)
    return { why: 'Its owner is deactivated.', refusal: { code: 'account_deactivated' } };
  if (tenant?.suspended)
    return { why: 'The organization is suspended.', refusal: { code: 'organization_suspended' } };
  return { why: 'Owner and organization are active.', refusal: null };
}

/** Tells whether the caller's address has a part in decisions about a credential. */
export function addressDecides({ credential, tenant }: CredentialState): boolean {
  return credential.allowedIps !== null || (tenant?.allowedIps ?? null) !== null;
}

function checkAddress({ state, call }: Considered): Outcome {
  const { credential, tenant } = state;
  for (const list of [credential.allowedIps, tenant?.allowedIps ?? null]) {
    if (list !== null && !addressIsListed(list, call.ip)) {
      const address = call.ip ?? 'An address that is not known';
      return { why: `${address} is not on the list.`, refusal: { code: 'ip_not_allowed' } };
    }
  }
  return { why: 'The address is allowed.', refusal: null };
}

function checkProject({ requirement, call: { selection } }: Considered): Outcome {
  if (selection.refusal)
    return { why: whyNotSelected(selection.refusal), refusal: selection.refusal };
  if (requirement?.projectRequired && selection.project === null)
    return { why: 'No project is named.', refusal: { code: 'project_required' } };
  return {
    why: selection.project ? `Project ${selection.project.slug}.` : 'No project.',
    refusal: null,
  };
}

function whyNotSelected({ code, message, details = [] }: Refusal): string {
  if (code === 'project_not_found') return 'The organization has no such project.';
  return message ?? details.map((detail) => `${detail.field} ${detail.message}.`).join(' ');
}

function checkPermission({ state, requirement, call, reach }: Considered): Outcome {
  if (requirement === null) return { why: 'Any valid credential will do.', refusal: null };
  if (lacksSecondFactor(state))
    return { why: 'It is a session without a second factor.', refusal: secondFactorRequired };
  const { product, access } = requirement;
  if (!reach.ownOnly) return { why: `It has ${access} access to ${product}.`, refusal: null };
  if (requirement.orOwn && reachesOwn(state, requirement))
    return { why: 'It may reach what its owner owns.', refusal: null };
  const { project } = call.selection;
  const where = project ? ` in project ${project.slug}` : '';
  const needed = describeNeeded(smallestGrant(state, requirement, project));
  const refusal = insufficient([{ product, access }], `${where}: ${needed}`);
  return { why: refusal.message ?? '', refusal };
}

/**
 * Tells whether a session was opened without the second factor that its organization requires. It is good for nothing but what
 * asks for no access: taking one up, signing out.
 */
export function lacksSecondFactor({ credential, tenant }: CredentialState): boolean {
  const required = tenant?.requiresSecondFactor === true && credential.type === 'session';
  return required && !credential.secondFactor;
}

const secondFactorRequired: Refusal = {
  code: 'second_factor_required',
  message:
    'This organization requires a second factor. Set one up at POST /v1/auth/totp, or sign in again with its code.',
};

/** What one owns oneself is still out of reach, as a rule, for a key whose own scope leaves the product out. */
function reachesOwn(
  { credential }: CredentialState,
  { product, access, orOwn }: Requirement,
): boolean {
  if (orOwn === 'always') return true;
  const scope = credential.productScopes;
  return scope === null || suffices(permitted(scope, product), access);
}
