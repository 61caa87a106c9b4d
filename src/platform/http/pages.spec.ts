import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretHasher } from '../crypto/secret-hasher.js';
import type { PageQuery } from './page.dto.js';
import { Pages, type Slice } from './pages.js';

const pages = new Pages(new SecretHasher(['a pepper for tests only, 32 characters']));

/** Reads one page of a list of texts, which stand in the order of the list. */
function read(items: readonly string[], query: PageQuery, list = 'list', reader = pages) {
  const fetch = ({ after, count }: Slice) => {
    const start = after === null ? 0 : items.indexOf(after) + 1;
    return Promise.resolve(items.slice(start, start + count));
  };
  return reader.read(
    list,
    query,
    fetch,
    (item) => item,
    (item) => item,
  );
}

const codeOf = (cursor: string, list?: string, reader?: Pages) =>
  read(['a', 'b', 'c'], { limit: 1, cursor }, list, reader).then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe('Pages', () => {
  it('give every item once and in order, whatever the size of a page', async () => {
    const lists = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 12 }), async (items, limit) => {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page = await read(items, { limit, ...(cursor !== null && { cursor }) });
          expect(page.has_more).toBe(page.next_cursor !== null);
          seen.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor !== null);
        expect(seen).toEqual(items);
      }),
    );
  });

  it('refuse a cursor of another list or another server', async () => {
    const cursor = String((await read(['a', 'b'], { limit: 1 })).next_cursor);
    expect(await codeOf(cursor)).toBe('accepted');
    expect(await codeOf(cursor, 'other list')).toBe('invalid_request');
    const stranger = new Pages(new SecretHasher(['another pepper for tests, 32 characters']));
    expect(await codeOf(cursor, 'list', stranger)).toBe('invalid_request');
  });

  it('refuse whatever is no cursor', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (cursor) => {
        expect(await codeOf(cursor)).toBe('invalid_request');
      }),
    );
  });
});
