export type { AuthorizedCaller } from './caller.js';
export { callerOf, remember } from './callers.js';
export { Guard, type GuardOptions, type Verdict } from './guard.js';
export { nodeCall, type NodeRequest } from './node-call.js';
export type { CallFacts, GuardedCall, Requirement } from './question.js';
export { factsOf, type RequireAccess, type RouteFacts } from './require-access.js';
