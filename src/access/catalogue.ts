/** How far a credential reaches into a product, in rising order. */
export const accessLevels = ['none', 'read', 'read_write'] as const;
export type Access = (typeof accessLevels)[number];

/** Access by product slug. A product that is missing is `none`. */
export type AccessMap = Readonly<Record<string, Access>>;

/** The products that every installation has; the operator adds its own beside them. */
export const builtInProducts = [
  'organization',
  'projects',
  'members',
  'api_keys',
  'audit',
] as const;
export type BuiltInProduct = (typeof builtInProducts)[number];

/**
 * What only the operator of the installation holds: products, organizations and their limits.
 * It is no product of the catalogue, so no role and no scope can name it.
 */
export const platformProduct = 'platform';

/** Stands in a role for every product that the operator has added or will add. */
export const anyOperatorProduct = '*';

/** Tells whether a product is one of the built-in ones. */
export function isBuiltIn(product: string): product is BuiltInProduct {
  return (builtInProducts as readonly string[]).includes(product);
}

/** Tells whether what is held is enough for what is wanted. */
export function suffices(held: Access, wanted: Access): boolean {
  return accessLevels.indexOf(held) >= accessLevels.indexOf(wanted);
}

/** The lesser of two accesses. */
export function lesser(one: Access, other: Access): Access {
  return suffices(one, other) ? other : one;
}

/** The greater of two accesses. */
export function greater(one: Access, other: Access): Access {
  return suffices(one, other) ? one : other;
}
