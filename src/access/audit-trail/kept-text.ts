const longestText = 256;

/** What is kept of a text that a caller sends: its beginning, without what PostgreSQL takes for no text. */
export function keptText(text: string | null): string | null {
  return text && text.slice(0, longestText).replaceAll('\0', '').toWellFormed();
}
