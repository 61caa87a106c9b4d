import {
  anyOperatorProduct,
  builtInProducts,
  platformProduct,
  suffices,
  type Access,
} from './catalogue.js';
import type { CredentialState, Owner } from './credential-state.js';
import { effectiveAccess, organizationWideAccess } from './effective-access.js';
import { insufficient, type ProductAccess, type Refusal } from './refusal.js';
import { ownerRole, type Role } from './roles.js';

/** Stands for a project in which nobody named here has a role of its own. */
const anyOtherProject = '';

/**
 * The only place that says whether something may be granted: null when everything that `granted` could do,
 * `grantor` could do as well, else the refusal that names what is lacking. An owner is made by an owner only.
 */
export function covers(grantor: CredentialState, granted: CredentialState): Refusal | null {
  const missing = excess(grantor, granted);
  if (missing.length > 0) return insufficient(missing, ' and cannot grant what it does not hold');
  if (actsAsOwner(granted) && !actsAsOwner(grantor)) return ownersOnly();
  return null;
}

/** The refusal of what only an owner of the organization may do. */
export function ownersOnly(): Refusal {
  const message = 'Only an owner of the organization may do this.';
  return { code: 'insufficient_permissions', message, missing: [] };
}

/** Tells whether a credential may do what only owners may: it reaches the organization and its member is an owner. */
export function actsAsOwner({ credential, owner }: CredentialState): boolean {
  return credential.scope === 'organization' && owner?.role.id === ownerRole.id;
}

/** Somebody who signs in and holds this role and nothing else, in the organization or in one project of it. */
export function holderOf(role: Role, projectId: string | null): CredentialState {
  return {
    credential: { ...signedIn },
    owner: {
      ...somebody,
      role: projectId === null ? role : { ...role, permissions: {}, everyProject: false },
      projectRoles: new Map(projectId === null ? [] : [[projectId, role]]),
    },
    tenant: null,
    readAt: 0,
  };
}

function excess(grantor: CredentialState, granted: CredentialState): ProductAccess[] {
  const missing = new Map<string, ProductAccess>();
  for (const product of productsOf(grantor, granted)) {
    for (const place of placesOf(granted)) {
      const access = accessIn(place, granted, product);
      if (suffices(accessIn(place, grantor, product), access)) continue;
      if (suffices(access, missing.get(product)?.access ?? 'none'))
        missing.set(product, { product, access });
    }
  }
  return [...missing.values()];
}

/** Null stands for the organization as a whole, which a project-scoped credential does not reach. */
function accessIn(place: string | null, state: CredentialState, product: string): Access {
  return place === null
    ? organizationWideAccess(state, product)
    : effectiveAccess(state, product, place);
}

function productsOf(...states: CredentialState[]): Set<string> {
  const maps = states.flatMap(({ credential, owner }) => [
    credential.productScopes ?? {},
    owner?.role.permissions ?? {},
    ...[...(owner?.projectRoles.values() ?? [])].map((role) => role.permissions),
  ]);
  return new Set([
    ...builtInProducts,
    anyOperatorProduct,
    platformProduct,
    ...maps.flatMap((map) => Object.keys(map)),
  ]);
}

function placesOf({ credential, owner }: CredentialState): (string | null)[] {
  if (credential.project) return [credential.project.id];
  return [null, anyOtherProject, ...(owner?.projectRoles.keys() ?? [])];
}

const signedIn: CredentialState['credential'] = {
  type: 'session',
  id: '',
  prefix: null,
  name: '',
  scope: 'organization',
  project: null,
  productScopes: null,
  allowedIps: null,
  isActive: true,
  revoked: false,
  expiresAt: null,
  notBefore: null,
};

const somebody: Omit<Owner, 'role' | 'projectRoles'> = {
  memberId: '',
  userId: null,
  type: 'human',
  name: '',
  email: null,
  active: true,
  status: 'active',
};
