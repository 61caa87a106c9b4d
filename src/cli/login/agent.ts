import { readFileSync } from 'node:fs';

const manifest = new URL('../../../../package.json', import.meta.url);

/** The version of this program. */
export const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

/** `fetch` by the name of this program, so that sessions and events show what they came from. */
export async function namedFetch(
  input: Parameters<typeof fetch>[0],
  init?: RequestInit,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set('user-agent', `latchkey/${version}`);
  return fetch(input, { ...init, headers });
}
