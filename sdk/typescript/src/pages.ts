/** A page of a list, newest first. */
export interface Page<Item> {
  readonly data: Item[];
  /** Whether there are older items. */
  readonly has_more: boolean;
  /** The `cursor` of the next page; null on the last. */
  readonly next_cursor: string | null;
}

/** Every item of a list, fetched page by page as they are asked for. */
export async function* everyItem<Item>(
  pageAfter: (cursor?: string) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let page = await pageAfter();
  yield* page.data;
  while (page.next_cursor !== null) {
    page = await pageAfter(page.next_cursor);
    yield* page.data;
  }
}
