import type { CredentialState, ProjectName } from './credential-state.js';
import type { ProductAccess, Refusal } from './refusal.js';

/** One place of a call that names a project: a header, or `project_id` in path, query or body. */
export interface ProjectReference {
  /** Where it stands, in words for the caller: `header X-Project-Id`, `body project_id`. */
  readonly where: string;
  readonly by: 'id' | 'slug';
  /** Null when what stands there is no id or slug at all. */
  readonly value: string | null;
}

/** The project that a call is about, or why that cannot be told. */
export type ProjectSelection =
  | { readonly project: ProjectName | null; readonly refusal: null }
  | { readonly project: null; readonly refusal: Refusal };

/**
 * Decides which project a call is about. A project-scoped credential is always about its own; another is about
 * the one that is named, in one place or in several that agree.
 *
 * @param known the organization's projects among those that are named
 * @param wanted what the route asks for, named in the refusal
 */
export function selectProject(
  state: CredentialState,
  references: readonly ProjectReference[],
  known: readonly ProjectName[],
  wanted: ProductAccess | null,
): ProjectSelection {
  const malformed = references.find((reference) => reference.value === null);
  if (malformed) return refuse(invalid(malformed, `is not a project ${malformed.by}`));
  const own = state.credential.project;
  const candidates = own === null ? known : [own];
  const named = references.map((reference) => findNamed(candidates, reference));
  if (named.includes(undefined)) {
    if (own === null) return refuse({ code: 'project_not_found' });
    return refuse(outsideOwnProject(wanted));
  }
  const [first = own] = named;
  const other = named.findIndex((project) => project?.id !== first?.id);
  const disagreeing = references[other];
  if (disagreeing)
    return refuse(invalid(disagreeing, 'names another project than the rest of the call'));
  return { project: first, refusal: null };
}

function outsideOwnProject(wanted: ProductAccess | null): Refusal {
  const message = 'A project-scoped credential reaches its own project only.';
  const missing = wanted ? [{ product: wanted.product, access: wanted.access }] : [];
  return { code: 'insufficient_permissions', message, missing };
}

function findNamed(projects: readonly ProjectName[], { by, value }: ProjectReference) {
  return projects.find((project) => project[by] === value);
}

function refuse(refusal: Refusal): ProjectSelection {
  return { project: null, refusal };
}

function invalid(reference: ProjectReference, message: string): Refusal {
  return { code: 'invalid_request', details: [{ field: reference.where, message }] };
}
