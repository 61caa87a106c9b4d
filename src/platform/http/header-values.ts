import type { IncomingMessage } from 'node:http';

/**
 * Every value of a header, in the order given. Node's own `headers` keeps only the first of some that are given twice.
 *
 * @param name in any case
 */
export function headerValues({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string) {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] ?? '';
    if (given.length === name.length && given.toLowerCase() === name.toLowerCase())
      values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
