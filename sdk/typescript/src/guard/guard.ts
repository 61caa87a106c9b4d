import { isErrorBody, jsonOf, refusalOf, type Answer } from '../connection/answer.js';
import { Connection, type ConnectionOptions } from '../connection/connection.js';
import { callerIn, type AuthorizedCaller } from './caller.js';
import type { CallFacts, GuardedCall, Requirement } from './question.js';

/** How a guard asks Latchkey. It needs no credential of its own: it forwards the caller's. */
export interface GuardOptions extends Omit<ConnectionOptions, 'timeoutMs'> {
  /** How many milliseconds to wait for Latchkey before the call is refused with 503: 5,000 unless it is given. */
  readonly timeoutMs?: number;
  /** The server's `PROJECT_HEADER_BRAND`, if it has one: callers then send `X-<brand>-Project-Id`. */
  readonly projectHeaderBrand?: string;
  /** Told why a call was refused with 503: a place for a log line. */
  readonly onUnavailable?: (reason: Error) => void;
}

/** Latchkey's answer about a call. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly caller: AuthorizedCaller;
      /** To put on the answer: where the caller's limit stands. */
      readonly headers: Headers;
    }
  | {
      readonly allowed: false;
      /** What to answer: Latchkey's refusal as it stands, or 503 `unavailable` when it could not be asked. */
      readonly response: Response;
    };

/** What of an answer the caller is told. */
const passedOn = [
  'content-type',
  'www-authenticate',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
];

/**
 * Asks Latchkey about each call, with the caller's own credential, by `/v1/authorize`. Nothing is remembered, so
 * what was revoked or cut binds the very next call; each counts against its organization's limit and stands in its
 * audit log.
 *
 * Whatever is not clearly a yes is a no.
 */
export class Guard {
  private readonly connection: Connection;
  /** The headers that a question carries on. Everything else of a call stays here. */
  private readonly forwarded: readonly string[];
  private readonly onUnavailable: (reason: Error) => void;

  /** @throws TypeError when the url is none that can be called */
  constructor(options: GuardOptions) {
    this.connection = new Connection({ ...options, timeoutMs: options.timeoutMs ?? 5_000 });
    const brand = options.projectHeaderBrand;
    const project = brand === undefined ? 'x-project' : `x-${brand}-project`;
    this.forwarded = ['authorization', 'user-agent', `${project}-id`, `${project}-slug`];
    this.onUnavailable = options.onUnavailable ?? (() => {});
  }

  /** Judges a call. Whatever goes wrong is a refusal, not an exception. */
  async judge(call: GuardedCall, needed: Requirement, facts: CallFacts = {}): Promise<Verdict> {
    try {
      const answer = await this.connection.send({
        method: 'GET',
        path: `/v1/authorize?${questionOf(needed, facts)}`,
        headers: this.headersOf(call, facts),
        repeatable: true,
        // The limit is the caller's, who is told of it.
        waitsForLimit: false,
      });
      return verdictOf(answer);
    } catch (error) {
      this.onUnavailable(error as Error);
      return refused(503, unavailable, new Headers({ 'content-type': 'application/json' }));
    }
  }

  private headersOf(call: GuardedCall, { ip }: CallFacts): Headers {
    const headers = new Headers({ 'x-forwarded-method': call.method });
    for (const name of this.forwarded) {
      const value = call.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (ip !== undefined) headers.set('x-forwarded-for', ip);
    return headers;
  }
}

const unavailable = JSON.stringify({
  error: { code: 'unavailable', message: 'The service cannot answer at the moment. Try again.' },
});

function questionOf({ product, access }: Requirement, { projectId }: CallFacts): URLSearchParams {
  return new URLSearchParams({
    product,
    ...(access !== undefined && { access }),
    ...(projectId !== undefined && { project_id: projectId }),
  });
}

/** @throws LatchkeyError for an answer that is neither a yes nor a refusal of this very caller */
function verdictOf(answer: Answer): Verdict {
  const { status, text } = answer;
  const headers = new Headers();
  for (const name of passedOn) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const caller = status === 200 ? callerIn(answer.headers) : null;
  if (caller) {
    headers.delete('content-type');
    return { allowed: true, caller, headers };
  }
  if (status < 400 || status > 499 || !isErrorBody(jsonOf(answer))) throw refusalOf(answer);
  return refused(status, text, headers);
}

function refused(status: number, body: string, headers: Headers): Verdict {
  return { allowed: false, response: new Response(body, { status, headers }) };
}
