import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  namedProducts,
  platformState,
  projects,
  usableStates,
} from '../../test/harness/arbitrary-states.js';
import { accessLevels } from './catalogue.js';
import type { CredentialState, ProjectName } from './credential-state.js';
import { decide, explain } from './decide.js';
import type { Requirement } from './requirement.js';
import { smallestGrant, type NeededGrant } from './smallest-grant.js';

const questions: fc.Arbitrary<Requirement> = fc.record({
  product: fc.constantFrom(...namedProducts),
  access: fc.constantFrom('read' as const, 'read_write' as const),
  organizationWide: fc.boolean(),
});

/** A state, a question and the project that it is asked about: its own, where it has one. */
const asked = fc
  .tuple(usableStates, questions, fc.option(fc.constantFrom(...projects)))
  .map(([state, requirement, named]) => {
    const project = state.credential.project ?? named;
    return { state, requirement, project };
  });

/** The state as it is once that has been granted. */
function granted(state: CredentialState, needed: readonly NeededGrant[]): CredentialState {
  let { credential, owner } = state;
  for (const { to, product, access, role, project } of needed) {
    if (to === 'credential')
      credential = {
        ...credential,
        productScopes: { ...credential.productScopes, [product]: access },
      };
    else if (owner && role?.level === 'organization') owner = { ...owner, role };
    else if (owner && role && project)
      owner = { ...owner, projectRoles: new Map([...owner.projectRoles, [project.id, role]]) };
  }
  return { ...state, credential, owner };
}

function isAllowed(state: CredentialState, { requirement, project }: Asked): boolean {
  const call = { ip: null, selection: { project, refusal: null } };
  return decide(state, requirement, call).refusal === null;
}

interface Asked {
  readonly requirement: Requirement;
  readonly project: ProjectName | null;
}

describe('the smallest grant', () => {
  it('makes the call pass, and is nothing where it passes already', () => {
    fc.assert(
      fc.property(asked, ({ state, ...question }) => {
        const needed = smallestGrant(state, question.requirement, question.project);
        fc.pre(needed !== null);
        expect(needed.length === 0).toBe(isAllowed(state, question));
        expect(isAllowed(granted(state, needed), question)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is needed as a whole, and its scopes to the full', () => {
    fc.assert(
      fc.property(asked, ({ state, ...question }) => {
        const needed = smallestGrant(state, question.requirement, question.project) ?? [];
        for (const one of needed) {
          const rest = needed.filter((other) => other !== one);
          expect(isAllowed(granted(state, rest), question)).toBe(false);
        }
        for (const scope of needed.filter(({ to }) => to === 'credential')) {
          const access = accessLevels[accessLevels.indexOf(scope.access) - 1] ?? 'none';
          const less = needed.map((other) => (other === scope ? { ...scope, access } : other));
          expect(isAllowed(granted(state, less), question)).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is none where a project-scoped credential or a platform key cannot reach', () => {
    fc.assert(
      fc.property(asked, ({ state, requirement, project }) => {
        fc.pre(smallestGrant(state, requirement, project) === null);
        expect(state.credential.project).not.toBeNull();
      }),
    );
    const question: Requirement = { product: 'uptime', access: 'read' };
    expect(smallestGrant(platformState, question, null)).toBeNull();
  });
});

describe('explain', () => {
  it('tells what decide tells, and the first check that fails is its refusal', () => {
    fc.assert(
      fc.property(asked, ({ state, requirement, project }) => {
        const call = { ip: null, selection: { project, refusal: null } };
        const { failed, refusal } = decide(state, requirement, call);
        const explained = explain(state, requirement, call);
        const first = explained.find(({ passed }) => !passed);
        expect(first?.name ?? null).toBe(failed);
        expect(first?.code).toBe(refusal?.code);
        expect(explained).toHaveLength(5);
      }),
    );
  });
});
