import fc from 'fast-check';
import {
  accessLevels,
  anyOperatorProduct,
  builtInProducts,
  greater,
  suffices,
  type Access,
  type AccessMap,
} from '../../src/access/catalogue.js';
import type { Credential, CredentialState, Owner } from '../../src/access/credential-state.js';
import { effectiveAccess, organizationWideAccess } from '../../src/access/effective-access.js';
import {
  builtInRoles,
  customRole,
  permitted,
  type Role,
  type RoleLevel,
} from '../../src/access/roles.js';

/** Products that a map may name. */
export const namedProducts = [...builtInProducts, 'uptime', 'incidents'];

/** Every product that matters to a comparison: also those that the operator has not thought of yet. */
export const everyProduct = [...namedProducts, 'added-later', anyOperatorProduct];

/** The projects of the organization. */
export const projects = [
  { id: '0190a5c4-0000-7000-8000-00000000000a', slug: 'alpha' },
  { id: '0190a5c4-0000-7000-8000-00000000000b', slug: 'beta' },
  { id: '0190a5c4-0000-7000-8000-00000000000c', slug: 'gamma' },
] as const;

/** Ids of all projects, and of one in which nobody has a role of its own. */
export const projectIds: readonly string[] = [
  ...projects.map(({ id }) => id),
  '0190a5c4-0000-7000-8000-00000000000d',
];

const readAt = Date.parse('2026-06-01T12:00:00Z');

const inForce = {
  allowedIps: null,
  isActive: true,
  revoked: false,
  expiresAt: null,
  notBefore: null,
};

const credential: Credential = {
  ...inForce,
  type: 'api_key',
  id: 'key',
  prefix: 'sk_prefix0',
  name: 'Key',
  scope: 'organization',
  project: null,
  productScopes: null,
};

const tenant = {
  id: 'acme',
  suspended: false,
  allowedIps: null,
  requiresSecondFactor: false,
  rateLimitPerMinute: 100,
};

export const accesses = fc.constantFrom<Access>(...accessLevels);

/** Maps as roles and scopes hold them. */
export const accessMaps: fc.Arbitrary<AccessMap> = fc.dictionary(
  fc.constantFrom(...namedProducts),
  accesses,
);

/** Scopes of a credential; null: all that the owner has. */
export const scopes = fc.option(accessMaps);

/** Built-in and custom roles of a level. */
export function roles(level: RoleLevel): fc.Arbitrary<Role> {
  const builtIn = builtInRoles.filter((role) => role.level === level);
  const custom = accessMaps.map((permissions) =>
    customRole('custom', 'Custom', level, permissions),
  );
  return fc.oneof(fc.constantFrom(...builtIn), custom);
}

/** Members with any roles. There are three of them, so that two may be the same. */
export const owners: fc.Arbitrary<Owner> = fc
  .record({
    memberId: fc.constantFrom('ada', 'ben', 'cleo'),
    role: roles('organization'),
    held: fc.dictionary(fc.constantFrom(...projects.map(({ id }) => id)), roles('project')),
    status: fc.constantFrom('active' as const, 'deactivated' as const),
  })
  .map(({ memberId, role, held, status }) => ({
    memberId,
    userId: memberId,
    type: 'human',
    name: memberId,
    email: null,
    active: status === 'active',
    status,
    role,
    projectRoles: new Map(Object.entries(held)),
  }));

/** The project of a project-scoped credential; null for an organization-scoped one. */
export const scopedProjects = fc.option(fc.constantFrom(...projects));

/** Keys and sessions of the organization, in force or not, with owners of any rank. */
export const memberStates: fc.Arbitrary<CredentialState> = fc
  .record({
    owner: owners,
    project: scopedProjects,
    productScopes: scopes,
    revoked: rarely(),
    disabled: rarely(),
    expired: rarely(),
    early: rarely(),
    suspended: rarely(),
    session: fc.constantFrom('none', 'with a factor', 'without'),
    requiresSecondFactor: fc.boolean(),
    allowedIps: fc.option(addressLists(), { freq: 2 }),
    tenantIps: fc.option(addressLists(), { freq: 2 }),
  })
  .map((drawn) => ({
    credential: {
      ...credential,
      type: drawn.session === 'none' ? 'api_key' : 'session',
      ...(drawn.session === 'with a factor' && { secondFactor: true }),
      scope: drawn.project === null ? 'organization' : 'project',
      project: drawn.project,
      productScopes: drawn.productScopes,
      allowedIps: drawn.allowedIps,
      isActive: !drawn.disabled,
      revoked: drawn.revoked,
      expiresAt: drawn.expired ? new Date(readAt) : null,
      notBefore: drawn.early ? new Date(readAt + 1) : null,
    },
    owner: drawn.owner,
    tenant: {
      ...tenant,
      suspended: drawn.suspended,
      allowedIps: drawn.tenantIps,
      requiresSecondFactor: drawn.requiresSecondFactor,
    },
    readAt,
  }));

/** The same credentials, all of them in force and let in from anywhere. */
export const usableStates = memberStates.map((state) => ({
  ...state,
  credential: { ...state.credential, ...inForce },
  owner: state.owner && { ...state.owner, active: true, status: 'active' as const },
  tenant,
}));

/** The same credential with roles and scopes that reach at least as far. */
export function raised(state: CredentialState): fc.Arbitrary<CredentialState> {
  return fc
    .record({
      role: accessMaps,
      scope: scopes,
      projectRole: accessMaps,
      in: fc.constantFrom(...projects),
    })
    .map((more) => {
      const { credential: own, owner } = state;
      const productScopes =
        own.productScopes && more.scope && joined(own.productScopes, more.scope);
      return {
        ...state,
        credential: { ...own, productScopes },
        owner: owner && {
          ...owner,
          role: { ...owner.role, permissions: joined(owner.role.permissions, more.role) },
          projectRoles: new Map([
            ...owner.projectRoles,
            [more.in.id, withMore(owner.projectRoles.get(more.in.id), more.projectRole)],
          ]),
        },
      };
    });
}

/** The operator's own key. */
export const platformState: CredentialState = {
  credential: { ...credential, scope: 'platform' },
  owner: null,
  tenant: null,
  readAt,
};

/** Tells whether one access is no greater than another. */
export function within(access: Access, bound: Access): boolean {
  return suffices(bound, access);
}

/** In what and where one credential reaches further than another. */
export function beyond(granted: CredentialState, grantor: CredentialState): string[] {
  return everyProduct.flatMap((product) =>
    [null, ...projectIds]
      .filter((place) => !within(reach(granted, product, place), reach(grantor, product, place)))
      .map((place) => `${product} in ${place ?? 'the organization'}`),
  );
}

function reach(state: CredentialState, product: string, place: string | null): Access {
  return place === null
    ? organizationWideAccess(state, product)
    : effectiveAccess(state, product, place);
}

function withMore(role: Role | undefined, permissions: AccessMap): Role {
  const held = role ?? customRole('custom', 'Custom', 'project', {});
  return { ...held, permissions: joined(held.permissions, permissions) };
}

/** What either of two maps gives. */
function joined(one: AccessMap, other: AccessMap): AccessMap {
  const named = Object.keys({ ...one, ...other });
  return Object.fromEntries(
    named.map((product) => [product, greater(permitted(one, product), permitted(other, product))]),
  );
}

function rarely() {
  return fc.integer({ min: 0, max: 5 }).map((number) => number === 0);
}

function addressLists() {
  return fc.constantFrom<readonly string[]>(['10.0.0.0/8'], ['192.0.2.1']);
}
