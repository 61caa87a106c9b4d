import { greater, lesser, suffices, type Access, type AccessMap } from './catalogue.js';
import type { CredentialState, Owner } from './credential-state.js';
import { permitted, platformPermissions, projectAdminRole } from './roles.js';

/**
 * The access of a credential to a product, in a project or (null) in the organization as a whole:
 * the owner's organization role raised by its project role, cut to the credential's own scope.
 */
export function effectiveAccess(
  state: CredentialState,
  product: string,
  projectId: string | null,
): Access {
  const { credential, owner } = state;
  if (credential.scope === 'platform') return permitted(platformPermissions, product);
  if (owner === null) return 'none';
  const own = credential.project?.id ?? null;
  if (own !== null && projectId !== null && projectId !== own) return 'none';
  const held = heldAccess(owner, product, own ?? projectId);
  const ceiling = own === null ? held : permitted(projectAdminRole.permissions, product);
  const scope = credential.productScopes;
  return lesser(lesser(held, ceiling), scope === null ? held : permitted(scope, product));
}

/** The scopes that lie within both: for each product the lesser access of the two. Null is no limit. */
export function lesserScopes(one: AccessMap | null, other: AccessMap | null): AccessMap | null {
  if (one === null || other === null) return one ?? other;
  const products = new Set([...Object.keys(one), ...Object.keys(other)]);
  const both = [...products].map(
    (product) => [product, lesser(permitted(one, product), permitted(other, product))] as const,
  );
  return Object.fromEntries(both.filter(([, access]) => access !== 'none'));
}

/** The access that reaches beyond any one project; a project-scoped credential has none. */
export function organizationWideAccess(state: CredentialState, product: string): Access {
  return state.credential.project === null ? effectiveAccess(state, product, null) : 'none';
}

/**
 * What the member itself holds, whatever it calls with. Its organization role reaches into a project when the
 * role holds in every project or the member has a role there; the project role raises it.
 */
export function heldAccess(owner: Owner, product: string, projectId: string | null): Access {
  const organizationWide = permitted(owner.role.permissions, product);
  if (projectId === null) return organizationWide;
  const projectRole = owner.projectRoles.get(projectId);
  if (projectRole) return greater(organizationWide, permitted(projectRole.permissions, product));
  return owner.role.everyProject ? organizationWide : 'none';
}

/** The projects in which a credential has an access: all of them, or those listed. */
export type Projects = 'all' | readonly string[];

/** In which projects the credential has at least this access to the product. */
export function projectsWithAccess(
  state: CredentialState,
  product: string,
  wanted: Access,
): Projects {
  const { credential, owner } = state;
  if (owner === null) return 'all';
  const has = (projectId: string) => suffices(effectiveAccess(state, product, projectId), wanted);
  if (credential.project !== null) return [credential.project.id].filter(has);
  if (owner.role.everyProject && suffices(effectiveAccess(state, product, null), wanted))
    return 'all';
  return [...owner.projectRoles.keys()].filter(has);
}
