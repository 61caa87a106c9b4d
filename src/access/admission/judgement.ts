import type { CredentialState } from '../credential-state.js';
import type { Decision } from '../decide.js';
import type { Stamp } from '../rights/stamp.js';
import { caseOf, type AdmissionCase } from './admission-case.js';
import type { Call } from './call.js';

/** A decision on a call, with the state and the changes that it was made under. */
export class Judgement {
  readonly admissionCase: AdmissionCase;
  private readonly asked: Pick<Call, 'requirement' | 'ip' | 'actor'>;

  constructor(
    call: Call,
    readonly state: CredentialState,
    readonly decision: Decision,
    readonly stamp: Stamp,
  ) {
    const { requirement, ip, actor } = call;
    this.asked = { requirement, ip, actor };
    this.admissionCase = caseOf(call, state, decision, stamp);
  }

  /**
   * Whether a call of the same credential would be judged the same. Only where neither call is malformed or names a
   * project: `decide()` is pure, and makes its decision of nothing else.
   */
  settles(call: Call, state: CredentialState, { organization, platform }: Stamp): boolean {
    const { requirement, ip, actor } = this.asked;
    return (
      state === this.state &&
      organization === this.stamp.organization &&
      platform === this.stamp.platform &&
      call.requirement === requirement &&
      call.ip === ip &&
      call.actor === actor
    );
  }
}
