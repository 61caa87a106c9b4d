import {
  anyOperatorProduct,
  covers,
  effectiveAccess,
  suffices,
  type AccessMap,
  type CredentialState,
  type Owner,
  type Refusal,
} from '../../access/index.js';

/** A key that is being made or changed: whose it is and where it reaches. */
export interface KeyReach {
  readonly owner: Owner;
  /** Null for an organization-scoped key. */
  readonly project: { readonly id: string; readonly slug: string } | null;
}

/** The scopes to store (null: all that the owner has), or why they may not be given. */
export type BoundScopes =
  | { readonly scopes: AccessMap | null; readonly refusal: null }
  | { readonly scopes: null; readonly refusal: Refusal };

/**
 * Bounds a key's scopes by its owner and by the credential that gives them. What is asked for beyond either is
 * refused; a request for "all that the owner has" by a narrower credential becomes that credential's own scopes.
 *
 * @param products every product's slug
 */
export function boundScopes(
  grantor: CredentialState,
  reach: KeyReach,
  requested: AccessMap | null,
  products: readonly string[],
): BoundScopes {
  const scopes = requested ?? widestScopes(grantor, reach, products);
  const beyondOwner = requested === null ? [] : exceeding(reach, requested);
  if (beyondOwner.length > 0) {
    const names = beyondOwner.map(({ product, access }) => `${access} access to ${product}`);
    const message = `The key's owner lacks ${names.join(', ')}.`;
    return refuse({ code: 'insufficient_permissions', message, missing: beyondOwner });
  }
  const refusal = covers(grantor, keyState(reach, scopes));
  return refusal ? refuse(refusal) : { scopes, refusal: null };
}

/** The state of a key in force with these scopes. */
export function keyState({ owner, project }: KeyReach, scopes: AccessMap | null): CredentialState {
  return {
    credential: {
      type: 'api_key',
      id: '',
      prefix: null,
      name: '',
      scope: project === null ? 'organization' : 'project',
      project,
      productScopes: scopes,
      allowedIps: null,
      isActive: true,
      revoked: false,
      expiresAt: null,
      notBefore: null,
    },
    owner,
    tenant: null,
    readAt: 0,
  };
}

/**
 * All that the owner has, as far as the grantor has it: null when that is no limit, else the grantor's scopes. A
 * grantor with scopes of its own gives them even where the owner has less today: the owner may rise.
 */
function widestScopes(
  grantor: CredentialState,
  reach: KeyReach,
  products: readonly string[],
): AccessMap | null {
  const narrow = grantor.credential.productScopes !== null;
  if (!narrow && covers(grantor, keyState(reach, null)) === null) return null;
  const own = grantor.credential.productScopes;
  if (grantor.owner?.memberId === reach.owner.memberId && !own?.[anyOperatorProduct]) return own;
  const place = reach.project?.id ?? null;
  const held = products.map(
    (product) => [product, effectiveAccess(grantor, product, place)] as const,
  );
  return Object.fromEntries(held.filter(([, access]) => access !== 'none'));
}

/**
 * What is asked for beyond what the owner has anywhere that the key reaches. `*` asks for no more than it has, and so
 * does what is no more than that.
 */
function exceeding(reach: KeyReach, requested: AccessMap) {
  const unlimited = keyState(reach, null);
  const places = reach.project ? [reach.project.id] : [null, ...reach.owner.projectRoles.keys()];
  return Object.entries(requested)
    .filter(
      ([product, access]) =>
        !suffices(requested[anyOperatorProduct] ?? 'none', access) &&
        !places.some((place) => suffices(effectiveAccess(unlimited, product, place), access)),
    )
    .map(([product, access]) => ({ product, access }));
}

function refuse(refusal: Refusal): BoundScopes {
  return { scopes: null, refusal };
}
