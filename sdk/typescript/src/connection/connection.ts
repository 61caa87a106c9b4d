import { LatchkeyUnreachable } from '../errors.js';
import type { Answer } from './answer.js';
import { pauseBeforeRetry, type RetryRules } from './pause-before-retry.js';
import { TimeLimit } from './time-limit.js';

/** Where Latchkey is, and how patiently it is asked. */
export interface ConnectionOptions {
  /** Where Latchkey answers: its `PUBLIC_URL`, such as `https://auth.example.com`. */
  readonly url: string | URL;
  /** How many milliseconds a call may take, all its retries and pauses together: 30,000 unless it is given. */
  readonly timeoutMs?: number;
  /** How often a call that may be repeated is sent again at most: 2 unless it is given. */
  readonly maxRetries?: number;
  /** What sends a request: the runtime's own `fetch` unless it is given. */
  readonly fetch?: typeof fetch;
}

/** A request to Latchkey. */
export interface Message extends RetryRules {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: string | undefined;
  /** Whether a success is to be read by whoever asked for it, as it arrives. */
  readonly streams?: boolean | undefined;
  /** Ends the call before its time. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Sends requests until they are answered for good, or their time is up. */
export class Connection {
  private readonly base: string;
  private readonly timeoutMs: number;
  private readonly maxRetries: number;
  private readonly fetch: typeof fetch;

  /** @throws TypeError when the address is none that can be called */
  constructor(options: ConnectionOptions) {
    this.base = baseOf(options.url);
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.maxRetries = options.maxRetries ?? 2;
    // Some runtimes insist on being called as their own.
    this.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  }

  /**
   * The final answer to a request.
   *
   * @throws LatchkeyUnreachable without an answer in time
   * @throws whatever the message's signal is aborted with
   */
  async send(message: Message): Promise<Answer> {
    const time = new TimeLimit(message.timeoutMs ?? this.timeoutMs, message.signal);
    try {
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await this.attempt(message, time);
        const pause =
          attempt < this.maxRetries
            ? pauseBeforeRetry(outcome, message, attempt, Math.random())
            : null;
        if (pause !== null && pause < time.leftMs) await time.pass(pause);
        else if (outcome instanceof LatchkeyUnreachable) throw outcome;
        else return outcome;
      }
    } finally {
      time.end();
    }
  }

  private async attempt(message: Message, time: TimeLimit): Promise<Answer | LatchkeyUnreachable> {
    const { method, path, headers, body, streams } = message;
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers,
        // A credential goes to this address and to no other that it points to.
        redirect: 'error',
        signal: time.signal,
        ...(body !== undefined && { body }),
      });
      const stream = streams === true && response.ok ? response.body : null;
      const text = stream ? '' : await response.text();
      return { status: response.status, headers: response.headers, text, stream };
    } catch (error) {
      time.signal.throwIfAborted();
      return new LatchkeyUnreachable(reasonOf(error), error);
    }
  }
}

/** @throws TypeError without telling what was given, which may hold a password */
function baseOf(url: string | URL): string {
  const { protocol, username, password, search, hash, origin, pathname } = new URL(url);
  if (!/^https?:$/.test(protocol) || username || password || search || hash)
    throw new TypeError('the url of Latchkey must be http(s)://host[:port][/path] and no more');
  return origin + pathname.replace(/\/+$/, '');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { cause } = error;
  return cause instanceof Error ? cause.message || error.message : error.message;
}
