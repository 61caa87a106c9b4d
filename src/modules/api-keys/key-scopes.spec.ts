import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessMaps,
  beyond,
  namedProducts,
  owners,
  scopedProjects,
  scopes,
  usableStates,
} from '../../../test/harness/arbitrary-states.js';
import { actsAsOwner, holderOf, ownerRole } from '../../access/index.js';
import { boundScopes, keyState } from './key-scopes.js';

const runs = { numRuns: 1000 };
const everywhere = { scope: 'organization', project: null } as const;
const reaches = fc.record({ owner: owners, project: scopedProjects });

describe('the scopes of a new key', () => {
  it('never reach further than the credential that makes it, in any place and product', () => {
    fc.assert(
      fc.property(usableStates, reaches, scopes, (maker, of, requested) => {
        const bound = boundScopes(maker, of, requested, namedProducts);
        fc.pre(bound.refusal === null);
        expect(beyond(keyState(of, bound.scopes), maker)).toEqual([]);
      }),
      runs,
    );
  });

  it('never reach further than its owner, whatever is asked for', () => {
    fc.assert(
      fc.property(usableStates, reaches, scopes, (maker, of, requested) => {
        const bound = boundScopes(maker, of, requested, namedProducts);
        fc.pre(bound.refusal === null);
        const owner = keyState({ ...of, project: null }, null);
        expect(beyond(keyState(of, bound.scopes), owner)).toEqual([]);
      }),
      runs,
    );
  });

  it('never come to reach further than those of the key that made it, however its owner rises', () => {
    const makers = fc.tuple(usableStates, accessMaps).map(([state, productScopes]) => ({
      ...state,
      credential: { ...state.credential, productScopes },
    }));
    fc.assert(
      fc.property(makers, reaches, scopes, owners, (maker, of, requested, risen) => {
        const bound = boundScopes(maker, of, requested, namedProducts);
        fc.pre(bound.refusal === null);
        const mightiest = holderOf(ownerRole, null);
        const limit = { ...mightiest, credential: { ...maker.credential, ...everywhere } };
        const later = keyState({ ...of, owner: risen }, bound.scopes);
        expect(beyond(later, limit)).toEqual([]);
      }),
      runs,
    );
  });

  it('make a key that acts as an owner only when an owner makes it', () => {
    fc.assert(
      fc.property(usableStates, owners, scopes, (maker, somebody, requested) => {
        const of = { owner: { ...somebody, role: ownerRole }, project: null };
        const bound = boundScopes(maker, of, requested, namedProducts);
        expect(actsAsOwner(maker) || bound.refusal !== null).toBe(true);
      }),
      runs,
    );
  });

  it('are what is asked for, or refused: never something else', () => {
    fc.assert(
      fc.property(usableStates, reaches, accessMaps, (maker, of, requested) => {
        const bound = boundScopes(maker, of, requested, namedProducts);
        const refusal = { code: 'insufficient_permissions' };
        const made = { scopes: requested, refusal: null };
        expect(bound).toMatchObject(bound.refusal ? { scopes: null, refusal } : made);
      }),
      runs,
    );
  });

  it('are those of the credential that makes it, when all is asked for by a narrower one of the same owner', () => {
    fc.assert(
      fc.property(usableStates, accessMaps, (maker, own) => {
        const { project } = maker.credential;
        fc.pre(maker.owner !== null);
        const narrow = { ...maker, credential: { ...maker.credential, productScopes: own } };
        const of = { owner: maker.owner, project };
        expect(boundScopes(narrow, of, null, namedProducts)).toEqual({
          scopes: own,
          refusal: null,
        });
      }),
    );
  });

  it('are all that the owner has, when all is asked for by the owner without a limit', () => {
    fc.assert(
      fc.property(usableStates, scopedProjects, (maker, project) => {
        const { owner } = maker;
        fc.pre(owner !== null && maker.credential.project === null);
        const unlimited = { ...maker, credential: { ...maker.credential, productScopes: null } };
        const bound = boundScopes(unlimited, { owner, project }, null, namedProducts);
        expect(bound).toEqual({ scopes: null, refusal: null });
      }),
    );
  });
});
