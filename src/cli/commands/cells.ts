import type { Access } from './values.js';

/** A moment to the second. */
export function seconds(moment: string | null): string | null {
  return moment && moment.replace(/\.\d+(?=Z$)/, '');
}

/** Accesses by product, without those that are none. */
export function accesses(map: Readonly<Record<string, Access>>): string {
  const held = Object.entries(map).filter(([, access]) => access !== 'none');
  if (held.length === 0) return 'none';
  return held.map(([product, access]) => `${product}:${access}`).join(', ');
}
