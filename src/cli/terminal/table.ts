import { visible, widthOf } from './visible.js';

/** What may stand in a cell; null for nothing. */
export type Cell = string | number | boolean | null | undefined;

/** A column: its title, and what stands in it. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Cell;
}

/** A table that may grow while it is shown. All of it is safe to show. */
export class Table<Row> {
  private readonly widths: number[] = [];
  private isBegun = false;

  /** @param emphasized makes titles out of a line */
  constructor(
    private readonly columns: readonly Column<Row>[],
    private readonly emphasized: (line: string) => string = (line) => line,
  ) {}

  /** The lines of more rows, below the titles when they are the first. */
  lines(rows: readonly Row[]): string[] {
    const cells = rows.map((row) => this.columns.map(({ of }) => shown(of(row))));
    if (this.isBegun) return aligned(cells, this.widths);
    this.isBegun = true;
    const titles = this.columns.map(({ title }) => title.toUpperCase());
    const [first = '', ...lines] = aligned([titles, ...cells], this.widths);
    return [this.emphasized(first), ...lines];
  }
}

/** Lines of a name and a value each, all of it safe to show. */
export function recordLines(record: Readonly<Record<string, Cell>>): string[] {
  return aligned(
    Object.entries(record).map(([name, value]) => [name, shown(value)]),
    [],
  );
}

function shown(cell: Cell): string {
  return cell === null || cell === undefined || cell === '' ? '-' : visible(String(cell));
}

/** @param widths of the columns so far; they grow as they have to */
function aligned(rows: readonly (readonly string[])[], widths: number[]): string[] {
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
