import type { ErrorBody } from '../generated/types.gen.js';
import { LatchkeyError, type Refusal } from '../errors.js';
import { retryAfterSeconds } from './retry-after.js';

/** An answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body; empty when it arrives as a stream. */
  readonly text: string;
  readonly stream: ReadableStream<Uint8Array> | null;
}

/** The refusal that an answer tells, in Latchkey's form or in that of OAuth (RFC 6749, section 5.2). */
export function refusalOf(answer: Answer): LatchkeyError {
  const { status, headers } = answer;
  const body = jsonOf(answer);
  const known = isErrorBody(body) ? body.error : oauthRefusal(body);
  return new LatchkeyError({
    details: [],
    missing: [],
    ...(known ?? {
      code: 'unexpected_answer',
      message: `Latchkey was expected at this address, but ${status} is no answer of it.`,
    }),
    status,
    requestId: headers.get('x-request-id'),
    retryAfterSeconds: retryAfterSeconds(headers),
  });
}

/** The body as JSON; null when it is none. */
export function jsonOf({ text }: Pick<Answer, 'text'>): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Tells whether a body is a refusal in Latchkey's form. */
export function isErrorBody(body: unknown): body is ErrorBody {
  const error = memberOf(body, 'error');
  return (
    typeof memberOf(error, 'code') === 'string' && typeof memberOf(error, 'message') === 'string'
  );
}

function oauthRefusal(body: unknown): Pick<Refusal, 'code' | 'message'> | null {
  const code = memberOf(body, 'error');
  if (typeof code !== 'string') return null;
  const message = memberOf(body, 'error_description');
  return { code, message: typeof message === 'string' ? message : code };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
