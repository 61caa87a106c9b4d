import { suffices } from './catalogue.js';
import type { CredentialState, Owner, ProjectName } from './credential-state.js';
import { heldAccess } from './effective-access.js';
import type { ProductAccess } from './refusal.js';
import type { Requirement } from './requirement.js';
import {
  adminRole,
  memberRole,
  permitted,
  projectAdminRole,
  projectEditorRole,
  projectViewerRole,
  type Role,
} from './roles.js';

/** Something to grant so that a call may pass: a role to the member, or a scope to its credential. */
export interface NeededGrant extends ProductAccess {
  readonly to: 'member' | 'credential';
  /** Of the member or the credential. */
  readonly id: string;
  /** Of the member: the smallest built-in role that gives the access there. */
  readonly role: Role | null;
  /** Where the role is to be held; null for one of the organization, or of any project that will do. */
  readonly project: ProjectName | null;
}

/** Built-in roles from the smallest. Nobody has to be made an owner: an admin has the same accesses. */
const projectRoles = [projectViewerRole, projectEditorRole, projectAdminRole];
const organizationRoles = [memberRole, adminRole];

/**
 * The least that would have to be granted for the permission to be there; nothing when it is. Null when no grant gives it to
 * this credential: it is a platform key, or a project-scoped one that would have to reach further than a project's admin.
 */
export function smallestGrant(
  state: CredentialState,
  requirement: Requirement,
  selected: ProjectName | null,
): readonly NeededGrant[] | null {
  const { credential, owner } = state;
  const { product, access } = requirement;
  if (owner === null || isBeyondScope(state, requirement)) return null;
  const project = requirement.organizationWide ? null : (credential.project ?? selected);
  const needed: NeededGrant[] = [];
  if (!suffices(heldAccess(owner, product, project?.id ?? null), access)) {
    const role = smallestRole(owner, requirement, project);
    if (!role) return null;
    const place = role.level === 'project' ? project : null;
    needed.push({ to: 'member', id: owner.memberId, product, access, role, project: place });
  }
  const scope = credential.productScopes;
  if (scope !== null && !suffices(permitted(scope, product), access))
    needed.push({
      to: 'credential',
      id: credential.id,
      product,
      access,
      role: null,
      project: null,
    });
  return needed;
}

/** What is needed, as the second half of a sentence. */
export function describeNeeded(needed: readonly NeededGrant[] | null): string {
  if (needed === null) return 'no grant gives it that, so another credential is needed';
  return needed.map(describe).join(', and ');
}

function describe({ to, product, access, role, project }: NeededGrant): string {
  if (to === 'credential' || role === null) return `its own scopes need ${product}: ${access}`;
  if (role.level === 'organization') return `its owner needs the organization role ${role.name}`;
  const where = project ? `in ${project.slug}` : 'in a project';
  return `its owner needs the project role ${role.name} ${where}`;
}

/** A project-scoped credential reaches as far as a project's admin, and not the organization as a whole. */
function isBeyondScope({ credential }: CredentialState, requirement: Requirement): boolean {
  if (credential.project === null) return false;
  const ceiling = permitted(projectAdminRole.permissions, requirement.product);
  return requirement.organizationWide === true || !suffices(ceiling, requirement.access);
}

function smallestRole(
  owner: Owner,
  { product, access, organizationWide, anyProject }: Requirement,
  project: ProjectName | null,
): Role | undefined {
  const somewhere = project?.id ?? (anyProject && !organizationWide ? 'any project' : null);
  const inProject = somewhere === null ? [] : projectRoles;
  return [...inProject, ...organizationRoles].find((role) => {
    const place = role.level === 'project' ? somewhere : (project?.id ?? null);
    return suffices(heldAccess(holding(owner, role, place), product, place), access);
  });
}

/** The member as it would be with another role. */
function holding(owner: Owner, role: Role, projectId: string | null): Owner {
  if (role.level === 'organization') return { ...owner, role };
  return { ...owner, projectRoles: new Map([...owner.projectRoles, [projectId ?? '', role]]) };
}
