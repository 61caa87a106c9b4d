import { styleText } from 'node:util';
import { recordLines, Table, type Cell, type Column } from './table.js';
import { visible, visibleJson } from './visible.js';

/** How results are written. */
export interface OutputOptions {
  /** Whether programs read them: the API's own objects, as JSON. */
  readonly json: boolean;
  /** Whether a terminal may be given colours. */
  readonly colours: boolean;
}

/** What a command says: results on standard output, everything else on standard error. */
export class Output {
  readonly json: boolean;

  constructor(
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
    private readonly options: OutputOptions,
  ) {
    this.json = options.json;
  }

  /** A list: a table for people, an array for programs. */
  list<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    if (this.json) this.document(rows);
    else this.rows(this.table(columns), rows);
  }

  /** A table to be filled. */
  table<Row>(columns: readonly Column<Row>[]): Table<Row> {
    return new Table(columns, (titles) => this.bold(titles));
  }

  /** Rows of a table, whoever reads it. */
  rows<Row>(table: Table<Row>, rows: readonly Row[]): void {
    this.lines(table.lines(rows));
  }

  /** One object: names and values for people, itself for programs. */
  record(object: object, shown: Readonly<Record<string, Cell>>): void {
    if (this.json) this.document(object);
    else this.lines(recordLines(shown));
  }

  /** A sentence for people that is the result. */
  say(text: string): void {
    this.lines([visible(text)]);
  }

  /** A value as one JSON document. */
  document(value: unknown): void {
    this.lines([visibleJson(value, 2)]);
  }

  /** A value as one line of JSON. */
  jsonLine(value: unknown): void {
    this.lines([visibleJson(value)]);
  }

  /** Bytes or a text as it stands, such as a secret. */
  raw(data: string | Uint8Array): void {
    this.stdout.write(data);
  }

  /** Something that is no result. */
  note(text: string): void {
    this.stderr.write(`${visible(text)}\n`);
  }

  /** Names and values that are no result. */
  noteRecord(shown: Readonly<Record<string, Cell>>): void {
    for (const line of recordLines(shown)) this.stderr.write(`${line}\n`);
  }

  private lines(lines: readonly string[]): void {
    this.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  private bold(text: string): string {
    return this.options.colours && this.stdout.isTTY ? styleText('bold', text) : text;
  }
}
