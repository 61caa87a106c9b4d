import {
  anyOperatorProduct,
  builtInProducts,
  greater,
  suffices,
  type Access,
  type AccessMap,
} from '../../access/index.js';

/** What scope words stand for. A null map is no limit: the word `write`. */
export interface Scopes {
  readonly map: AccessMap | null;
}

/** All that the service account has. */
export const everyScope = 'write';

const word = /^(?:([a-z][a-z0-9_-]*):)?(read|write)$/;

/** Every product, those that the operator will add too, as a role names them. */
const everything = [...builtInProducts, anyOperatorProduct];

/**
 * Reads scope words, separated by single spaces (RFC 6749, section 3.3): `read`, `write`, `<product>:read`,
 * `<product>:write`. Null when they are not that; whether there are such products is left open.
 */
export function readScope(text: string): Scopes | null {
  const map = new Map<string, Access>();
  let all: Access = 'none';
  for (const part of text.split(' ')) {
    const [matched, product, verb] = word.exec(part) ?? [];
    if (matched === undefined) return null;
    const access = verb === 'write' ? 'read_write' : 'read';
    if (product === undefined) all = greater(all, access);
    else map.set(product, greater(map.get(product) ?? 'none', access));
  }
  if (all === 'read_write') return { map: null };
  for (const [product, access] of map) if (suffices(all, access)) map.delete(product);
  for (const product of all === 'none' ? [] : everything)
    map.set(product, greater(map.get(product) ?? 'none', all));
  return { map: Object.fromEntries(map) };
}

/** The words for some scopes: those that stand for every product first, then the others by product. */
export function scopeWords(scopes: AccessMap | null): string {
  if (scopes === null) return everyScope;
  const all = scopes[anyOperatorProduct] ?? 'none';
  const words = explicitScopes(scopes).map(
    ([product, access]) => `${product}:${access === 'read_write' ? 'write' : 'read'}`,
  );
  return [...(all === 'none' ? [] : [all === 'read' ? 'read' : 'write']), ...words].join(' ');
}

/** The products whose access is said for themselves, beyond what is said for every product. */
export function explicitScopes(scopes: AccessMap): [product: string, access: Access][] {
  const all = scopes[anyOperatorProduct] ?? 'none';
  return Object.entries(scopes)
    .filter(([, access]) => !suffices(all, access))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
