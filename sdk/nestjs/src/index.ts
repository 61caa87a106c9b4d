export type { AuthorizedCaller, RouteFacts } from '@latchkey/sdk/guard';
export { Caller } from './caller.js';
export { LatchkeyModule, type LatchkeyModuleAsyncOptions } from './latchkey.module.js';
export type { LatchkeyModuleOptions } from './options.js';
export { Public, RequireAccess } from './require-access.js';
