import type { ProductAccess } from './refusal.js';

/** What a route asks of its caller. */
export interface Requirement extends ProductAccess {
  /** Name of the path parameter that holds a project's id, which then is the selected project. */
  readonly projectParam?: string;
  /** Concerns the organization as a whole: access in a project, selected or not, is not enough. */
  readonly organizationWide?: boolean;
  /** Whether a project must be selected; asked for an operator's product. */
  readonly projectRequired?: boolean;
  /** The product comes from the caller, so there may be no such product. */
  readonly mustExist?: boolean;
  /** Without a selected project, access in any one project is enough; the grant then reaches only there. */
  readonly anyProject?: boolean;
  /** The body is about a call of somebody else: a project that it names is not this call's. */
  readonly aboutAnother?: boolean;
  /**
   * Without the access, the caller may still reach what it owns itself; `always` also where its credential's own scope
   * leaves the product out.
   */
  readonly orOwn?: boolean | 'always';
}

/**
 * `public`: no credential is looked at. `signed_in`: any valid credential will do. `signed_in_or_not`: so will none. `as_asked`: the caller names the
 * product and the access.
 */
export type RouteAccess =
  Requirement | ByClient | 'public' | 'signed_in' | 'signed_in_or_not' | 'as_asked';

/** A route that an OAuth client calls with its own id and secret. */
export interface ByClient {
  /** What any other credential needs to call it as well; null where only clients may. */
  readonly orBearer: Requirement | null;
}

/** Tells whether clients authenticate themselves at a route. */
export function isByClient(access: RouteAccess): access is ByClient {
  return typeof access === 'object' && 'orBearer' in access;
}

/** One line for a route's access: `api_keys:read_write in any project`, `signed-in` or `public`. */
export function describeAccess(access: RouteAccess): string {
  if (access === 'public') return 'public';
  if (access === 'signed_in') return 'signed-in';
  if (access === 'signed_in_or_not') return 'signed-in or not';
  if (access === 'as_asked') return 'as asked';
  if (isByClient(access))
    return ['client', access.orBearer && describeAccess(access.orBearer)]
      .filter(Boolean)
      .join(' or ');
  const ways = [
    access.organizationWide && 'in the organization',
    access.projectParam && 'in that project',
    access.anyProject && 'in any project',
    access.orOwn && 'or own',
  ].filter(Boolean);
  return [`${access.product}:${access.access}`, ...ways].join(' ');
}
