import {
  effectiveAccess,
  greater,
  lesser,
  permitted,
  suffices,
  type Access,
  type AccessMap,
  type CredentialState,
} from '../../access/index.js';
import { explicitScopes } from './scope-words.js';

/**
 * A credential's scopes as far as its owner has what they say product by product, anywhere that it reaches. What is
 * said of every product goes as far as the owner does by itself.
 */
export function heldScopes(state: CredentialState): AccessMap | null {
  const scopes = state.credential.productScopes;
  if (scopes === null) return null;
  const explicit = explicitScopes(scopes);
  const names = new Set(explicit.map(([product]) => product));
  const general = Object.entries(scopes).filter(([product]) => !names.has(product));
  const held = explicit.map(
    ([product, access]) => [product, lesser(access, heldAnywhere(state, product))] as const,
  );
  return Object.fromEntries([...general, ...held].filter(([, access]) => access !== 'none'));
}

/** Whether everything that is wanted lies within some scopes; null is no limit. */
export function within(wanted: AccessMap | null, scopes: AccessMap | null): boolean {
  if (scopes === null) return true;
  if (wanted === null) return false;
  return Object.entries(wanted).every(([product, access]) =>
    suffices(permitted(scopes, product), access),
  );
}

function heldAnywhere(state: CredentialState, product: string): Access {
  const { credential, owner } = state;
  const projects = credential.project
    ? [credential.project.id]
    : [...(owner?.projectRoles.keys() ?? [])];
  return [credential.project?.id ?? null, ...projects]
    .map((place) => effectiveAccess(state, product, place))
    .reduce(greater, 'none');
}
