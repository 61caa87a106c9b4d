import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Slice } from '../http/pages.js';

/** Narrows a query to one slice of its list, newest first: by id, since ids that are made later sort later. */
export function newestFirst<Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  { after, count }: Slice,
): SelectQueryBuilder<Entity> {
  const column = `${query.alias}.id`;
  const narrowed = after === null ? query : query.andWhere(`${column} < :after`, { after });
  return narrowed.orderBy(column, 'DESC').take(count);
}
