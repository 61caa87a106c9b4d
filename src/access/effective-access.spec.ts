import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  everyProduct,
  owners,
  platformState,
  projectIds,
  projects,
  usableStates,
  within,
} from '../../test/harness/arbitrary-states.js';
import { accessLevels, greater, lesser, type Access } from './catalogue.js';
import {
  effectiveAccess,
  heldAccess,
  organizationWideAccess,
  projectsWithAccess,
} from './effective-access.js';
import {
  adminRole,
  memberRole,
  ownerRole,
  permitted,
  projectAdminRole,
  projectEditorRole,
  projectViewerRole,
} from './roles.js';

const products = fc.constantFrom(...everyProduct);
const places = fc.constantFrom(...projectIds);
const [alpha, beta] = projects;

describe('the access that a credential has', () => {
  it('never exceeds what its owner holds', () => {
    fc.assert(
      fc.property(usableStates, products, places, (state, product, place) => {
        const held = state.owner ? heldAccess(state.owner, product, place) : 'none';
        expect(within(effectiveAccess(state, product, place), held)).toBe(true);
      }),
    );
  });

  it('never exceeds its own scopes', () => {
    fc.assert(
      fc.property(usableStates, products, places, (state, product, place) => {
        const { productScopes } = state.credential;
        fc.pre(productScopes !== null);
        const bound = productScopes[product] ?? 'none';
        expect(within(effectiveAccess(state, product, place), bound)).toBe(true);
      }),
    );
  });

  it('is the lesser of what the owner holds and of the scopes, for an organization-scoped credential', () => {
    fc.assert(
      fc.property(usableStates, products, fc.option(places), (state, product, place) => {
        const { project, productScopes } = state.credential;
        fc.pre(project === null && state.owner !== null);
        const held = heldAccess(state.owner, product, place);
        const scope = productScopes === null ? held : (productScopes[product] ?? 'none');
        expect(effectiveAccess(state, product, place)).toBe(lesser(held, scope));
      }),
    );
  });

  it('is none in every other project, for a project-scoped credential', () => {
    fc.assert(
      fc.property(usableStates, products, places, (state, product, place) => {
        fc.pre(state.credential.project !== null && state.credential.project.id !== place);
        expect(effectiveAccess(state, product, place)).toBe('none');
        expect(organizationWideAccess(state, product)).toBe('none');
      }),
    );
  });

  it('is at most that of a project admin, for a project-scoped credential', () => {
    fc.assert(
      fc.property(usableStates, products, places, (state, product, place) => {
        fc.pre(state.credential.project !== null);
        const ceiling = permitted(projectAdminRole.permissions, product);
        expect(within(effectiveAccess(state, product, place), ceiling)).toBe(true);
      }),
    );
  });

  it('holds in just the projects that are told', () => {
    fc.assert(
      fc.property(
        usableStates,
        products,
        places,
        fc.constantFrom<Access>('read', 'read_write'),
        (state, product, place, wanted) => {
          const told = projectsWithAccess(state, product, wanted);
          const has = within(wanted, effectiveAccess(state, product, place));
          expect(told === 'all' || told.includes(place)).toBe(has);
        },
      ),
    );
  });

  it("of a platform key is to the operator's own things only", () => {
    expect(effectiveAccess(platformState, 'platform', null)).toBe('read_write');
    for (const product of ['projects', 'members', 'uptime'])
      expect(effectiveAccess(platformState, product, null)).toBe('none');
  });
});

describe('the access that a member holds', () => {
  it('in a project is its organization role raised by its role there', () => {
    fc.assert(
      fc.property(owners, products, places, (owner, product, place) => {
        const role = owner.projectRoles.get(place);
        const there = role ? permitted(role.permissions, product) : 'none';
        const reaches = owner.role.everyProject || role !== undefined;
        const everywhere = reaches ? permitted(owner.role.permissions, product) : 'none';
        expect(heldAccess(owner, product, place)).toBe(greater(there, everywhere));
      }),
    );
  });

  const somebody = { memberId: 'ada', userId: 'ada', name: 'Ada', email: null } as const;
  const active = { ...somebody, type: 'human', active: true, status: 'active' } as const;
  const all = Object.fromEntries(everyProduct.map((product) => [product, 'read_write']));
  const rows = [
    [ownerRole, null, all],
    [adminRole, null, all],
    [memberRole, null, {}],
    [
      memberRole,
      projectAdminRole,
      {
        organization: 'read',
        projects: 'read_write',
        members: 'read_write',
        api_keys: 'read_write',
        audit: 'read',
        uptime: 'read_write',
        incidents: 'read_write',
        'added-later': 'read_write',
        '*': 'read_write',
      },
    ],
    [
      memberRole,
      projectEditorRole,
      {
        organization: 'read',
        projects: 'read',
        members: 'read',
        uptime: 'read_write',
        incidents: 'read_write',
        'added-later': 'read_write',
        '*': 'read_write',
      },
    ],
    [
      memberRole,
      projectViewerRole,
      {
        organization: 'read',
        projects: 'read',
        members: 'read',
        uptime: 'read',
        incidents: 'read',
        'added-later': 'read',
        '*': 'read',
      },
    ],
  ] as const;

  it.each(rows)('is that of the built-in roles: %o and %o', (role, projectRole, permissions) => {
    const projectRoles = new Map(projectRole ? [[alpha.id, projectRole]] : []);
    const owner = { ...active, role, projectRoles };
    for (const product of everyProduct) {
      const expected = (permissions as Record<string, Access>)[product] ?? 'none';
      expect([product, heldAccess(owner, product, alpha.id)]).toEqual([product, expected]);
      const elsewhere = role === memberRole ? 'none' : 'read_write';
      expect(heldAccess(owner, product, beta.id)).toBe(elsewhere);
    }
  });

  it('knows three levels, in rising order', () => {
    expect(accessLevels).toEqual(['none', 'read', 'read_write']);
  });
});
