import { readFile } from 'node:fs/promises';

/** One line of a table: a route, perhaps with a variant in brackets, and a cell for each column. */
export interface Row {
  readonly label: string;
  readonly route: string;
  readonly variant: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** Reads a table as it is written: columns in the first line, then a route and its cells in each line. `#` is a remark. */
export function readGrid(text: string): Row[] {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const [head = '', ...rows] = lines;
  const columns = words(head);
  return rows.map((line) => {
    const [, method, path, variant = '', rest = ''] =
      /^\s*([A-Z]+)\s+(\S+)(?: \(([^)]+)\))?\s+(.*)$/.exec(line) ?? [];
    const values = words(rest);
    if (values.length !== columns.length)
      throw new Error(`this line is not as wide as its table: ${line}`);
    const route = `${method} ${path}`;
    const label = variant === '' ? route : `${route} (${variant})`;
    const cells = Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
    return { label, route, variant, cells };
  });
}

function words(line: string): string[] {
  return line.split(/[\s|]+/).filter((word) => word !== '');
}

/** Every route of the server with its permission, as `access.snapshot` has them. */
export async function snapshotRoutes(): Promise<{ route: string; permission: string }[]> {
  const text = await readFile(new URL('../../access.snapshot', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [route = '', permission = ''] = line.split(' → ');
    return { route, permission };
  });
}
