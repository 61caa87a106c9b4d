import type { GuardOptions } from '@latchkey/sdk/guard';

/** How the guard asks Latchkey, and what it does with routes that say nothing. */
export interface LatchkeyModuleOptions extends GuardOptions {
  /**
   * Refuses routes that declare neither `@RequireAccess()` nor `@Public()` with 403, so that a forgotten decorator
   * opens nothing. False unless it is given.
   */
  readonly denyByDefault?: boolean;
}

/** What provides the {@link LatchkeyModuleOptions}. */
export const latchkeyOptions = Symbol('LatchkeyModuleOptions');
