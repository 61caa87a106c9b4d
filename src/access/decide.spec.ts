import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accesses,
  memberStates,
  namedProducts,
  projects,
  raised,
  usableStates,
  within,
} from '../../test/harness/arbitrary-states.js';
import { addressIsListed } from './address-list.js';
import type { CredentialState } from './credential-state.js';
import { decide, type DecisionCall } from './decide.js';
import { effectiveAccess } from './effective-access.js';
import type { Requirement } from './requirement.js';
import type { ProjectSelection } from './select-project.js';

const requirements: fc.Arbitrary<Requirement> = fc.record({
  product: fc.constantFrom(...namedProducts),
  access: fc.constantFrom('read' as const, 'read_write' as const),
  organizationWide: fc.boolean(),
  projectRequired: fc.boolean(),
  anyProject: fc.boolean(),
  orOwn: fc.boolean(),
});

const anySelected = fc.constantFrom(...projects).map((project) => ({ project, refusal: null }));

const selections: fc.Arbitrary<ProjectSelection> = fc.oneof(
  fc.constant({ project: null, refusal: null }),
  anySelected,
  fc
    .constantFrom('invalid_request' as const, 'project_not_found' as const)
    .map((code) => ({ project: null, refusal: { code } })),
);

const calls: fc.Arbitrary<DecisionCall> = fc.record({
  ip: fc.constantFrom('10.1.2.3', '192.0.2.1', '203.0.113.9', null),
  selection: selections,
});

/** The codes of every check that fails, in the order in which the contract makes the checks. */
function failing({ credential, owner, tenant, readAt }: CredentialState, call: DecisionCall) {
  const { expiresAt, notBefore } = credential;
  const lists = [credential.allowedIps, tenant?.allowedIps ?? null];
  const unusable =
    credential.revoked ||
    !credential.isActive ||
    (expiresAt !== null && expiresAt.getTime() <= readAt) ||
    (notBefore !== null && notBefore.getTime() > readAt);
  return [
    unusable && 'invalid_token',
    owner?.active === false && 'account_deactivated',
    tenant?.suspended && 'organization_suspended',
    lists.some((list) => list !== null && !addressIsListed(list, call.ip)) && 'ip_not_allowed',
    call.selection.refusal?.code,
  ].filter((code) => typeof code === 'string');
}

/** Whether it is a session without the second factor that its organization requires. */
function lacksFactor({ credential, tenant }: CredentialState): boolean {
  const { type, secondFactor = false } = credential;
  return type === 'session' && !secondFactor && tenant?.requiresSecondFactor === true;
}

describe('decide', () => {
  it('refuses with the first failing check: credential, status, address, project, permission', () => {
    fc.assert(
      fc.property(memberStates, requirements, calls, (state, requirement, call) => {
        const { refusal } = decide(state, requirement, call);
        const unnamed = requirement.projectRequired && call.selection.project === null;
        const [first] = [
          ...failing(state, call),
          ...(unnamed ? ['project_required'] : []),
          ...(lacksFactor(state) ? ['second_factor_required'] : []),
        ];
        const expected = first ? [first] : [undefined, 'insufficient_permissions'];
        expect(expected).toContain(refusal?.code);
      }),
      { numRuns: 1000 },
    );
  });

  it('counts a call once credential, status and address have passed, and only then', () => {
    fc.assert(
      fc.property(memberStates, requirements, calls, (state, requirement, call) => {
        const [first] = failing(
          { ...state },
          { ...call, selection: { project: null, refusal: null } },
        );
        expect(decide(state, requirement, call).counts).toBe(first === undefined);
      }),
    );
  });

  it('never takes back what it allowed when roles or scopes rise', () => {
    const pairs = usableStates.chain((state) =>
      raised(state).map((more) => [state, more] as const),
    );
    fc.assert(
      fc.property(pairs, requirements, calls, ([state, more], requirement, call) => {
        const before = decide(state, requirement, call);
        const after = decide(more, requirement, call);
        fc.pre(before.refusal === null);
        expect(after.refusal).toBeNull();
        expect(within(before.reach.access, after.reach.access)).toBe(true);
        expect(before.reach.ownOnly || !after.reach.ownOnly).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('allows any valid credential where nothing is required, wherever it has no access', () => {
    fc.assert(
      fc.property(usableStates, (state) => {
        const call = { ip: null, selection: { project: null, refusal: null } };
        expect(decide(state, null, call)).toMatchObject({ refusal: null, counts: true });
      }),
    );
  });

  it('asks sessions alone for a second factor, only where one is required, and only for access', () => {
    const required = fc.option(requirements);
    fc.assert(
      fc.property(memberStates, required, calls, (state, requirement, call) => {
        const { tenant } = state;
        const lenient = {
          ...state,
          tenant: tenant && { ...tenant, requiresSecondFactor: false },
        };
        const { refusal: without } = decide(lenient, requirement, call);
        const { refusal } = decide(state, requirement, call);
        const last = without === null || without.code === 'insufficient_permissions';
        const asked = last && requirement !== null && lacksFactor(state);
        expect(refusal?.code).toBe(asked ? 'second_factor_required' : without?.code);
      }),
      { numRuns: 1000 },
    );
  });

  it('names what is missing: the product and the access that were asked for', () => {
    fc.assert(
      fc.property(usableStates, requirements, accesses, (state, asked, access) => {
        const requirement = { ...asked, access, projectRequired: false };
        const call = { ip: null, selection: { project: null, refusal: null } };
        const { refusal } = decide(state, requirement, call);
        fc.pre(refusal !== null);
        expect(refusal.missing).toEqual([{ product: asked.product, access }]);
      }),
    );
  });

  it('takes access in any project for enough only while none is selected', () => {
    fc.assert(
      fc.property(usableStates, requirements, anySelected, (state, asked, selection) => {
        const requirement = { ...asked, organizationWide: false, orOwn: false };
        const { refusal, reach } = decide(state, requirement, { ip: null, selection });
        const { id } = selection.project;
        const has = within(asked.access, effectiveAccess(state, asked.product, id));
        expect(refusal === null).toBe(has);
        expect(reach.projects).toEqual([id]);
      }),
    );
  });

  it('takes no access in a project for access to the organization as a whole', () => {
    fc.assert(
      fc.property(
        usableStates,
        requirements,
        fc.constantFrom(...projects),
        (state, asked, project) => {
          const requirement = { ...asked, organizationWide: true, anyProject: false, orOwn: false };
          const { refusal } = decide(state, requirement, {
            ip: null,
            selection: { project, refusal: null },
          });
          fc.pre(refusal === null);
          expect(state.credential.project).toBeNull();
          const held = effectiveAccess(state, asked.product, null);
          expect(within(asked.access, held)).toBe(true);
        },
      ),
    );
  });
});
