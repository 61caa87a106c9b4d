import type { Column } from '../terminal/table.js';
import { counted } from '../terminal/progress.js';
import type { Context } from './context.js';

/** Shows a list to its end, or so many of it at most. Where there are many it says how far it has come. */
export async function showList<Item>(
  context: Context,
  items: AsyncIterable<Item>,
  columns: readonly Column<Item>[],
  { noun, most = Infinity }: { readonly noun: string; readonly most?: number | undefined },
): Promise<void> {
  context.output.list(columns, await collected(context, items, noun, most));
}

/** A list to its end, or so many of it at most. */
export async function collected<Item>(
  context: Context,
  items: AsyncIterable<Item>,
  noun: string,
  most = Infinity,
): Promise<Item[]> {
  const found: Item[] = [];
  const progress = context.progress();
  try {
    for await (const item of items) {
      found.push(item);
      if (found.length >= most) break;
      if (found.length % 100 === 0) progress.show(counted(found.length, noun));
    }
  } finally {
    progress.end();
  }
  return found;
}
