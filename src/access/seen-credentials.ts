import type { CredentialState } from './credential-state.js';
import type { Grant } from './grant.js';

/**
 * Tells whether a caller may know of a credential: the operator of every one, a client of its organization's, and a
 * bearer of those in the projects where it may see keys, and of its member's own.
 */
export function maySee(grant: Grant, { credential, owner, tenant }: CredentialState): boolean {
  if (grant.isPlatform) return true;
  if (tenant?.id !== grant.organizationId) return false;
  if (isClientCall(grant)) return true;
  if (credential.id === grant.state.credential.id) return true;
  const own = owner?.memberId === grant.memberId;
  const project = credential.project?.id ?? null;
  if (own && grant.projectId === null) return true;
  if (grant.ownOnly) return own && project === grant.projectId;
  return grant.projects === 'all' || (project !== null && grant.projects.includes(project));
}

/** Tells whether the caller is a client that authenticated itself, instead of a bearer. */
export function isClientCall({ call }: Grant): boolean {
  return call.credential.memory.source.type === 'client';
}
