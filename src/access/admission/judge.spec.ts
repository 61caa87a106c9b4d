import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberStates, projects, usableStates } from '../../../test/harness/arbitrary-states.js';
import { askedFor } from '../asked-requirement.js';
import type { CredentialState } from '../credential-state.js';
import type { Rights } from '../rights/rights.js';
import type { Stamp } from '../rights/stamp.js';
import { StateMemory } from '../rights/state-memory.js';
import type { Call } from './call.js';
import { Judge } from './judge.js';

type Asked = Pick<Call, 'requirement' | 'malformed' | 'projects' | 'ip' | 'actor'>;

const stamps: fc.Arbitrary<Stamp> = fc.constantFrom(
  { organization: 1, platform: 1 },
  { organization: 1, platform: 1 },
  { organization: 2, platform: 1 },
  { organization: 1, platform: 2 },
);

const references = projects.map(({ id }) => ({
  where: 'header X-Project-Id',
  by: 'id' as const,
  value: id,
}));

/** Questions of which two are often the same, or the same but for one thing. */
const questions: fc.Arbitrary<Asked> = fc.record({
  requirement: fc.oneof(
    fc
      .tuple(fc.constantFrom('uptime', 'incidents'), fc.constantFrom('read', 'read_write'))
      .map((asked) => askedFor(...asked)),
    fc.constantFrom({ product: 'uptime', access: 'read' as const }, null),
  ),
  malformed: rarely(
    fc.constant({ code: 'invalid_request' as const, details: [] }),
    fc.constant(null),
  ),
  projects: rarely(fc.constant(references.slice(0, 1)), fc.constant([])),
  ip: fc.constantFrom('10.1.2.3', '192.0.2.1', null),
  actor: rarely(
    fc.record({
      type: fc.constantFrom('human' as const, 'service_account' as const),
      id: fc.constantFrom('one', 'other'),
      name: fc.constantFrom('Ada', 'Ben'),
    }),
    fc.constant(null),
  ),
});

const request = { id: 'one', method: 'GET', route: '/', ip: '10.1.2.3', userAgent: null };
const memory = () => new StateMemory('one', { type: 'secret', name: 'one' });

/** Judges a call by what is remembered, and tells all that follows from it. */
function judged(asked: Asked, value: CredentialState, stamp: Stamp, of: StateMemory) {
  const credential = { value, stamp, memory: of };
  const judge = new Judge({
    rememberedProduct: (product: string) => ({ value: product, stamp }),
  } as Rights);
  const judgement = judge.judgeFromMemory({ ...asked, credential, request }, credential);
  return (
    judgement && {
      state: judgement.state,
      decision: judgement.decision,
      stamp: judgement.stamp,
      brings: judgement.admissionCase.values,
    }
  );
}

it('judges each call as if it were the first, whatever the credential asked before', () => {
  const states = fc.oneof(memberStates, usableStates);
  const two = fc.tuple(states, states);
  const calls = fc.array(fc.tuple(questions, fc.nat(1), stamps), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(two, calls, (drawn, asked) => {
      const remembered = memory();
      for (const [question, index, stamp] of asked) {
        const state = drawn[index] as CredentialState;
        expect(judged(question, state, stamp, remembered)).toEqual(
          judged(question, state, stamp, memory()),
        );
      }
    }),
    { numRuns: 2_000 },
  );
});

it('judges once where the same is asked again', () => {
  fc.assert(
    fc.property(memberStates, stamps, (state, stamp) => {
      const remembered = memory();
      const plain = { malformed: null, projects: [], ip: null };
      for (const actor of [null, { type: 'human' as const, id: 'ada', name: 'Ada' }]) {
        const ask = () => ({
          ...plain,
          requirement: askedFor('uptime', 'read'),
          actor: actor && { ...actor },
        });
        const first = judged(ask(), state, stamp, remembered);
        expect(judged(ask(), state, stamp, remembered)?.brings).toBe(first?.brings);
      }
    }),
  );
});

function rarely<One, Other>(values: fc.Arbitrary<One>, mostly: fc.Arbitrary<Other>) {
  return fc.oneof({ weight: 1, arbitrary: values }, { weight: 4, arbitrary: mostly });
}
