import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessMaps,
  beyond,
  owners,
  platformState,
  projects,
  roles,
  usableStates,
  within,
} from '../../test/harness/arbitrary-states.js';
import { actsAsOwner, covers, holderOf } from './covers.js';
import { effectiveAccess } from './effective-access.js';
import { adminRole, customRole, memberRole, ownerRole } from './roles.js';

const nobody = customRole('nobody', 'Nobody', 'organization', {});
const runs = { numRuns: 1000 };

describe('covers', () => {
  it('lets nobody grant what reaches further than themselves, in any place and product', () => {
    fc.assert(
      fc.property(usableStates, usableStates, (grantor, granted) => {
        fc.pre(covers(grantor, granted) === null);
        expect(beyond(granted, grantor)).toEqual([]);
      }),
      runs,
    );
  });

  it('lets nobody give an organization role that reaches further than themselves', () => {
    fc.assert(
      fc.property(usableStates, roles('organization'), (grantor, role) => {
        const holder = holderOf(role, null);
        fc.pre(covers(grantor, holder) === null);
        expect(beyond(holder, grantor)).toEqual([]);
      }),
      runs,
    );
  });

  it('lets nobody give a project role that reaches further there than themselves', () => {
    const places = fc.constantFrom(...projects);
    fc.assert(
      fc.property(usableStates, roles('project'), places, (grantor, role, { id }) => {
        const holder = holderOf(role, id);
        fc.pre(covers(grantor, holder) === null);
        expect(beyond(holder, grantor)).toEqual([]);
      }),
      runs,
    );
  });

  it('lets a project-scoped credential grant nothing that reaches the organization as a whole', () => {
    const scoped = usableStates.filter(({ credential }) => credential.project !== null);
    const member = holderOf(memberRole, null);
    fc.assert(
      fc.property(scoped, accessMaps, (grantor, productScopes) => {
        const granted = { ...member, credential: { ...member.credential, productScopes } };
        fc.pre(beyond(granted, holderOf(nobody, null)).length > 0);
        expect(covers(grantor, granted)).toMatchObject({ code: 'insufficient_permissions' });
      }),
    );
  });

  it('lets everybody grant what they are themselves', () => {
    fc.assert(
      fc.property(usableStates, (state) => {
        expect(covers(state, state)).toBeNull();
      }),
      runs,
    );
  });

  it('lets only owners make owners', () => {
    fc.assert(
      fc.property(usableStates, (grantor) => {
        const refusal = covers(grantor, holderOf(ownerRole, null));
        expect(actsAsOwner(grantor) || refusal !== null).toBe(true);
      }),
      runs,
    );
  });

  it('lets an owner make an owner, and an admin only admins', () => {
    const owner = holderOf(ownerRole, null);
    const admin = holderOf(adminRole, null);
    expect(covers(owner, owner)).toBeNull();
    expect(covers(admin, admin)).toBeNull();
    expect(covers(admin, owner)).toMatchObject({ code: 'insufficient_permissions' });
  });

  it('names the greatest access that is lacking, once a product', () => {
    fc.assert(
      fc.property(usableStates, usableStates, (grantor, granted) => {
        const refusal = covers(grantor, granted);
        const names = refusal?.missing?.map(({ product }) => product) ?? [];
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('lets no member of an organization grant a platform key', () => {
    fc.assert(
      fc.property(usableStates, (grantor) => {
        expect(covers(grantor, platformState)).toMatchObject({ code: 'insufficient_permissions' });
      }),
    );
  });

  it('lets a platform key grant no role of an organization that reaches a project', () => {
    fc.assert(
      fc.property(owners, (owner) => {
        const granted = { ...holderOf(owner.role, null), owner };
        fc.pre(within('read', effectiveAccess(granted, 'projects', null)));
        expect(covers(platformState, granted)).not.toBeNull();
      }),
    );
  });
});
