import { operatorId, type CredentialState } from '../credential-state.js';

/**
 * Everything that a credential's state was read from. A change is recorded with what it is about, so a state is
 * doubtful once a change about one of these is known.
 */
export function subjectsOf({ credential, owner, tenant }: CredentialState): string[] {
  const roles = [...(owner?.projectRoles ?? [])];
  const customMaps = [owner?.role.permissions, ...roles.map(([, role]) => role.permissions)];
  const products = [credential.productScopes, ...customMaps].flatMap((map) =>
    Object.keys(map ?? {}),
  );
  return [
    credential.id,
    ...(credential.tokenId === undefined ? [] : [credential.tokenId]),
    ...(credential.connectionId === undefined ? [] : [credential.connectionId]),
    tenant?.id ?? operatorId,
    ...(credential.project ? [credential.project.id] : []),
    ...(owner ? [owner.memberId, owner.role.id] : []),
    ...(owner?.userId ? [owner.userId] : []),
    ...roles.flatMap(([projectId, role]) => [projectId, role.id]),
    ...new Set(products),
  ];
}
