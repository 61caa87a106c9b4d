import { createReadStream } from 'node:fs';

/** No event comes near it: what is longer is no export. */
const longestLine = 4_000_000;

/** The lines of an export, however long it is; `-` for standard input. */
export async function* exportedLines(path: string): AsyncGenerator<string> {
  const stream = path === '-' ? process.stdin : createReadStream(path);
  let rest = '';
  for await (const piece of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longestLine) break;
  }
  if (rest !== '') yield rest;
}
