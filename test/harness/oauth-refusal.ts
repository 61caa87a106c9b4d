import { expect } from 'vitest';
import type { Answer } from './client.js';
import { oauthOutcome } from './oauth-client.js';

/** What an answer refuses with, after a look that it does so as RFC 6749, section 5.2, has it. */
export function refusalOf(answer: Answer): string {
  expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
  expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('pragma')).toBe('no-cache');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('www-authenticate')).toBe(
    answer.status === 401 ? 'Basic realm="latchkey", charset="UTF-8"' : null,
  );
  return oauthOutcome(answer);
}
