import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** A test that the table names: its file, and pieces of its name or text between the dots of what is left out. */
interface NamedTest {
  readonly file: string;
  readonly pieces: readonly string[];
}

const page = readFileSync('docs/oauth-conformance.md', 'utf8');
const rows = page.split('\n').filter((line) => /^\| [0-9B]/.test(line));

/** Reads the last column: `` `file`: one name … its end; another; `file` ``. */
function namedIn(row: string): NamedTest[] {
  const cell = row.split('|').at(-2) ?? '';
  return [...cell.matchAll(/`([\w./-]+)`(?:: ([^`|]*))?/g)].map(([, name = '', text = '']) => ({
    file: name.includes('/') ? name : `test/e2e/${name}.spec.ts`,
    pieces: text.split(/[;…]/).flatMap((piece) => piece.trim() || []),
  }));
}

describe('docs/oauth-conformance.md', () => {
  it('has a row for requirements of every RFC', () => {
    for (const rfc of [6749, 6750, 7009, 7662, 8414, 8725, 9068, 9700])
      expect(page).toMatch(new RegExp(`## RFC ${rfc},[^#]*\n\\| [0-9]`));
  });

  it.each(rows)('names tests that there are: %s', (row) => {
    for (const { file, pieces } of namedIn(row)) {
      const text = readFileSync(file, 'utf8');
      for (const piece of pieces) expect(text).toContain(piece);
    }
  });
});
