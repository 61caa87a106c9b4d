import type { CredentialSource, CredentialState } from '../credential-state.js';
import type { Remembered } from './rights-cache.js';

/** Where a credential's state is read, and what was read there last. */
export class StateMemory {
  remembered: Remembered<CredentialState> | null = null;

  /** How the credential was judged last. Only the judge knows what it is worth. */
  judgement: object | null = null;

  /**
   * @param name what it is remembered under
   * @param source where the state is read
   * @param validUntil when the token runs out that leads here, in milliseconds since 1970; null when it does not
   */
  constructor(
    readonly name: string,
    readonly source: CredentialSource,
    readonly validUntil: number | null = null,
  ) {}
}
