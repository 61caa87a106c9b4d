/**
 * A text as a terminal may show it. Names are written by strangers: whatever would move the cursor, ring, recolour, hide
 * or reorder what stands beside it (control, format and unassigned characters, separators of lines) is spelled out.
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A value as JSON that a terminal may show: its strings are the same, escaped where {@link visible} would spell out. */
export function visibleJson(value: unknown, indentation?: number): string {
  return JSON.stringify(value, null, indentation).replace(
    /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => character.replace(/[^]/g, escaped),
  );
}

/** A unit of UTF-16 as JSON has it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** How many cells of a terminal a visible text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

const mark = /\p{M}/u;
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u;

function cellsOf(character: string): number {
  if (mark.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
