import { isDeepStrictEqual } from 'node:util';
import type { FieldChanges } from './audit-event.js';

/**
 * The fields that differ between two states of a thing, of those that are named; null stands for what is not there.
 * Naming them is what keeps secrets out of the audit log.
 */
export function fieldChanges<T extends object>(
  before: Partial<T> | null,
  after: Partial<T>,
  fields: readonly (keyof T & string)[],
): FieldChanges {
  const pairs = fields.map(
    (field) => [field, [before?.[field] ?? null, after[field] ?? null]] as const,
  );
  return Object.fromEntries(pairs.filter(([, [old, now]]) => !isDeepStrictEqual(old, now)));
}
