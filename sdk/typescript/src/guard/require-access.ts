import type { CallFacts, Requirement } from './question.js';

/** Where a route says what its calls are about. */
export interface RouteFacts {
  /** The parameter of the path that holds the id of the project. */
  readonly projectParam?: string;
}

/** Makes a framework's middleware for a route: what product it is of, and the access it takes if not its method's. */
export type RequireAccess<Middleware> = (
  product: Requirement['product'],
  access?: Requirement['access'],
  route?: RouteFacts,
) => Middleware;

/** What a request's parameters and address say about it. */
export function factsOf(
  { projectParam }: RouteFacts,
  params: unknown,
  ip: string | undefined,
): CallFacts {
  if (projectParam === undefined) return { ip };
  const named = (params as Readonly<Record<string, unknown>> | undefined)?.[projectParam];
  // A route without the parameter is about no project that exists, rather than about any that a header names.
  return { ip, projectId: typeof named === 'string' ? named : '' };
}
