import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** A test that the table names: its file, and pieces of its name or text between the dots of what is left out. */
interface NamedTest {
  readonly file: string;
  readonly pieces: readonly string[];
}

const page = readFileSync('docs/oauth-conformance.md', 'utf8');
const rows = page.split('\n').filter((line) => /^\| [0-9B]/.test(line));

/** Reads the last column: `` `file`: one name … its end; another; `file`: … ``. */
function namedIn(row: string): NamedTest[] {
  const cell = row.split('|').at(-2) ?? '';
  return [...cell.matchAll(/`([\w./-]+)`(?:: ([^`|]*))?/g)].map(([, name = '', text = '']) => ({
    file: name.includes('/') ? name : `test/e2e/${name}.spec.ts`,
    pieces: text.split(/[;…]/).flatMap((piece) => piece.trim() || []),
  }));
}

describe('docs/oauth-conformance.md', () => {
  it('has rows of every RFC, and says what does not apply', () => {
    const [, ...sections] = page.split('\n## RFC ');
    const rfcs = [6749, 6750, 7009, 7662, 8414, 8725, 9068, 9700];
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(rfcs);
    for (const section of sections)
      expect(section).toMatch(/\n\| [0-9][^]*\nDoes not apply:\n\n- /);
  });

  it.each(rows)('names tests that there are: %s', (row) => {
    const named = namedIn(row);
    expect(named.length > 0 || row.includes("| the operator's")).toBe(true);
    for (const { file, pieces } of named) {
      const text = readFileSync(file, 'utf8');
      expect(pieces).not.toEqual([]);
      for (const piece of pieces) expect(text).toContain(piece);
    }
  });
});
