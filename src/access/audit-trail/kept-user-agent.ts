const longestUserAgent = 256;

/** What the audit log keeps of a `User-Agent`: its beginning, without what PostgreSQL takes for no text. */
export function keptUserAgent(text: string | null): string | null {
  return text && text.slice(0, longestUserAgent).replaceAll('\0', '').toWellFormed();
}
