export { Latchkey, type LatchkeyOptions } from './latchkey.js';
export type { ConnectionOptions } from './connection/connection.js';
export type { CallOptions, CallsOptions, ProjectChoice, Token } from './calls.js';
export type { Page } from './pages.js';
export { LatchkeyError, LatchkeyUnreachable, type RefusalCode } from './errors.js';
export type * from './generated/types.gen.js';
