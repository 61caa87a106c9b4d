import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberStates, projects } from '../../../test/harness/arbitrary-states.js';
import { systemActor, unknownActor } from '../actor.js';
import { askedFor } from '../asked-requirement.js';
import type { CredentialState } from '../credential-state.js';
import type { Rights } from '../rights/rights.js';
import type { Stamp } from '../rights/stamp.js';
import { StateMemory } from '../rights/state-memory.js';
import type { Call } from './call.js';
import { Judge } from './judge.js';

type Asked = Pick<Call, 'requirement' | 'malformed' | 'projects' | 'ip' | 'actor'>;

const few = { min: 1, max: 2 };
const stamps: fc.Arbitrary<Stamp> = fc.record({
  organization: fc.integer(few),
  platform: fc.integer(few),
});

const references = projects.map(({ id }) => ({
  where: 'header X-Project-Id',
  by: 'id' as const,
  value: id,
}));

/** Questions of which two are often the same, or the same but for one thing. */
const questions: fc.Arbitrary<Asked> = fc.record({
  requirement: fc.constantFrom(
    askedFor('uptime', 'read'),
    askedFor('uptime', 'read_write'),
    askedFor('incidents', 'read'),
    { product: 'uptime', access: 'read' as const },
    null,
  ),
  malformed: rarely({ code: 'invalid_request' as const, details: [] }, null),
  projects: rarely(references.slice(0, 1), []),
  ip: fc.constantFrom('10.1.2.3', '192.0.2.1', null),
  actor: fc.constantFrom(systemActor, unknownActor, null),
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
  const two = fc.array(memberStates, { minLength: 2, maxLength: 2 });
  const calls = fc.array(fc.tuple(questions, fc.nat(1), stamps), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(two, calls, (states, asked) => {
      const remembered = memory();
      for (const [question, index, stamp] of asked) {
        const state = states[index] as CredentialState;
        expect(judged(question, state, stamp, remembered)).toEqual(
          judged(question, state, stamp, memory()),
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

it('judges once where the same is asked again', () => {
  fc.assert(
    fc.property(memberStates, stamps, (state, stamp) => {
      const remembered = memory();
      const requirement = () => askedFor('uptime', 'read');
      const plain = { malformed: null, projects: [], ip: null, actor: null };
      const first = judged({ ...plain, requirement: requirement() }, state, stamp, remembered);
      const second = judged({ ...plain, requirement: requirement() }, state, stamp, remembered);
      expect(second?.brings).toBe(first?.brings);
    }),
  );
});

function rarely<Value>(value: Value, mostly: Value): fc.Arbitrary<Value> {
  return fc.integer({ min: 0, max: 5 }).map((drawn) => (drawn === 0 ? value : mostly));
}
