import type { CredentialSource, CredentialState } from '../credential-state.js';
import type { Remembered } from './rights-cache.js';

/** Where a credential's state is read, and what was read there last. */
export class StateMemory {
  remembered: Remembered<CredentialState> | null = null;

  constructor(readonly source: CredentialSource) {}
}
