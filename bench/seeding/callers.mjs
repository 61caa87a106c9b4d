/**
 * The tokens of the keys that organizations are called with.
 *
 * @param {import('./installation.mjs').Installation} installation
 * @param {number} [first] the first organization
 * @param {number} [last]
 */
export function callersOf({ callersOf: of, organizations }, first = 1, last = organizations) {
  return Array.from({ length: last - first + 1 }, (_, index) => of(first + index)).flat();
}
