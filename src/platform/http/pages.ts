import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretHasher } from '../crypto/secret-hasher.js';
import { invalidField } from './api-error.js';
import type { Page, PageQuery } from './page.dto.js';

/** A part of a list: rows that come after a position (null: from the newest), so many at most. */
export interface Slice {
  readonly after: string | null;
  readonly count: number;
}

const sealLength = 12;

/** Reads and writes cursors, which are sealed so that only this server's, for this very list, are taken. */
@Injectable()
export class Pages {
  constructor(private readonly hasher: SecretHasher) {}

  /**
   * Reads one page.
   *
   * @param list names the list and whose it is; a cursor of another list is refused
   * @param fetch gives the rows of a slice in the list's order
   * @param positionOf where a row stands in that order
   * @throws ApiError `invalid_request` when the cursor is not one of this list
   */
  async read<Row, Item>(
    list: string,
    query: PageQuery,
    fetch: (slice: Slice) => Promise<Row[]>,
    positionOf: (row: Row) => string,
    present: (row: Row) => Item,
  ): Promise<Page<Item>> {
    const after = query.cursor === undefined ? null : this.open(list, query.cursor);
    const rows = await fetch({ after, count: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const has_more = rows.length > page.length;
    const next_cursor = has_more && last ? this.seal(list, positionOf(last)) : null;
    return { data: page.map(present), has_more, next_cursor };
  }

  private seal(list: string, position: string): string {
    const seal = this.hasher.seal(`cursor ${list}`, position).subarray(0, sealLength);
    return Buffer.concat([seal, Buffer.from(position)]).toString('base64url');
  }

  private open(list: string, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    const position = bytes.subarray(sealLength).toString();
    const seal = this.hasher.seal(`cursor ${list}`, position).subarray(0, sealLength);
    const given = bytes.subarray(0, sealLength);
    const whole = bytes.toString('base64url') === cursor && given.length === sealLength;
    if (!whole || !timingSafeEqual(seal, given))
      throw invalidField('cursor', 'is not a cursor of this list');
    return position;
  }
}
