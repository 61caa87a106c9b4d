import { randomInt } from 'node:crypto';
import { ApiError, invalidField } from './api-error.js';
import { isReservedName } from './json-body.js';

/** Words that no slug may be, because they stand, or may one day stand, where slugs do. */
const reserved = new Set([
  'admin',
  'api',
  'auth',
  'current',
  'docs',
  'health',
  'me',
  'metrics',
  'new',
  'null',
  'oauth',
  'platform',
  'undefined',
]);

/** Tells whether a word may not be a slug. */
export function isReservedSlug(slug: string): boolean {
  return reserved.has(slug) || isReservedName(slug);
}

/** How many numbers are tried: a thousand things of one name have two of the same number as often as not. */
const mostTries = 10;

/**
 * The slug to use: the one asked for, or one made from the name that is still free.
 *
 * @param isTaken whether a slug is in use where it must be unique
 * @throws ApiError `slug_taken`, or `invalid_request` when it is reserved
 */
export async function chooseSlug(
  wanted: string | undefined,
  name: string,
  fallback: string,
  isTaken: (slug: string) => Promise<boolean>,
): Promise<string> {
  if (wanted !== undefined) {
    if (isReservedSlug(wanted)) throw invalidField('slug', 'is reserved');
    if (await isTaken(wanted)) throw new ApiError('slug_taken');
    return wanted;
  }
  const made = slugFrom(name, fallback);
  if (!isReservedSlug(made) && !(await isTaken(made))) return made;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const numbered = `${made}-${randomInt(100_000, 1_000_000)}`;
    if (!(await isTaken(numbered))) return numbered;
  }
  throw new ApiError('slug_taken');
}

/** Makes a slug from a name: `Über Uptime!` gives `uber-uptime`; a name without Latin letters gives the fallback. */
export function slugFrom(name: string, fallback: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = ascii
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug.length >= 2 ? slug : fallback;
}
