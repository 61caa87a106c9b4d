import { isSameActor } from '../actor.js';
import { askTheSame } from '../asked-requirement.js';
import type { CredentialState } from '../credential-state.js';
import { addressDecides, type Decision } from '../decide.js';
import type { Stamp } from '../rights/stamp.js';
import { caseOf, type AdmissionCase } from './admission-case.js';
import type { Call, KnownCredential } from './call.js';

/** A decision on a call, with the state and the changes that it was made under. */
export class Judgement {
  readonly state: CredentialState;
  readonly admissionCase: AdmissionCase;

  /** What it answers; null where it answers no other call. */
  private readonly question: Pick<Call, 'requirement' | 'ip' | 'actor'> | null;

  constructor(
    call: Call,
    known: KnownCredential,
    readonly decision: Decision,
    readonly stamp: Stamp,
  ) {
    this.state = known.value;
    this.admissionCase = caseOf(call, known, decision, stamp);
    const { requirement, actor } = call;
    const ip = addressDecides(this.state) ? call.ip : null;
    this.question = isPlain(call) ? { requirement, ip, actor } : null;
  }

  /** Whether it can settle any other call. */
  get mayRepeat(): boolean {
    return this.question !== null;
  }

  /** Whether a call of the same credential would be judged the same: `decide()` is pure, and decides by nothing else. */
  settles(call: Call, state: CredentialState, { organization, platform }: Stamp): boolean {
    const { question } = this;
    return (
      question !== null &&
      isPlain(call) &&
      state === this.state &&
      organization === this.stamp.organization &&
      platform === this.stamp.platform &&
      askTheSame(call.requirement, question.requirement) &&
      (!addressDecides(state) || call.ip === question.ip) &&
      isSameActor(call.actor, question.actor)
    );
  }
}

/** Tells whether a call asks for no more than its requirement says. */
function isPlain({ malformed, projects }: Call): boolean {
  return malformed === null && projects.length === 0;
}
