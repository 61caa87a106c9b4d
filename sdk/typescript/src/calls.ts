import { jsonOf, refusalOf, type Answer } from './connection/answer.js';
import { Connection } from './connection/connection.js';

/** A credential: an API key or an access token, or what gives the one to use now. */
export type Token = string | (() => string | Promise<string>);

/** The project that a call is about, where its credential does not say so. */
export type ProjectChoice = { readonly id: string } | { readonly slug: string };

/** What may be said about a single call. */
export interface CallOptions {
  /** Selects the project that the call is about. */
  readonly project?: ProjectChoice;
  /**
   * Names a POST that is sent again later by yourself, for 24 hours: 1 to 255 visible ASCII characters. Retries of
   * one call share a name of their own without it.
   */
  readonly idempotencyKey?: string;
  /** How many milliseconds the call may take, retries and pauses included. */
  readonly timeoutMs?: number;
  /** Ends the call before its time; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A call as the generated methods describe it. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: object | undefined;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent as a form, which may hold a client's own credential. */
  readonly form?: object | undefined;
  /** Whether the call takes an `Idempotency-Key`. */
  readonly keyed?: true;
  /** Whether the call changes nothing, so that it may arrive twice. */
  readonly harmless?: true;
  /** Whether the call takes no credential. */
  readonly open?: true;
}

/** How {@link Calls} speak. */
export interface CallsOptions {
  readonly token?: Token | undefined;
  readonly project?: ProjectChoice | undefined;
  readonly projectHeaderBrand?: string | undefined;
}

/** Turns calls into requests and answers into values or errors. */
export class Calls {
  // Not shown by whatever prints the object, which may land in a log.
  readonly #options: CallsOptions;

  constructor(
    private readonly connection: Connection,
    options: CallsOptions,
  ) {
    this.#options = options;
  }

  /**
   * Sends a call and gives what is answered.
   *
   * @throws LatchkeyError when it is refused
   * @throws LatchkeyUnreachable without an answer in time
   */
  async send<Result>(call: Call, options: CallOptions = {}): Promise<Result> {
    const answer = await this.answer(call, options, false);
    if (answer.text === '') return undefined as Result;
    const body = jsonOf(answer);
    if (body === null) throw refusalOf(answer);
    return body as Result;
  }

  /**
   * Sends a call and gives the answer as it arrives. Only the wait for its beginning is limited.
   *
   * @throws as {@link send} does
   */
  async stream(call: Call, options: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { stream } = await this.answer(call, options, true);
    return stream ?? new Blob([]).stream();
  }

  private async answer(call: Call, options: CallOptions, streams: boolean): Promise<Answer> {
    const { method, path, query, body, form, keyed = false, harmless = false } = call;
    const answer = await this.connection.send({
      method,
      path: path + searchOf(query),
      headers: await this.headersOf(call, options),
      body: form ? String(parametersOf(form)) : body && JSON.stringify(body),
      streams,
      // A change with PATCH could undo what somebody else has changed in between.
      repeatable: keyed || harmless || !['POST', 'PATCH'].includes(method),
      waitsForLimit: true,
      signal: options.signal,
      timeoutMs: options.timeoutMs,
    });
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
    return answer;
  }

  private async headersOf(call: Call, options: CallOptions): Promise<Headers> {
    const headers = new Headers({ accept: 'application/json' });
    if (call.body) headers.set('content-type', 'application/json');
    if (call.form) headers.set('content-type', 'application/x-www-form-urlencoded');
    if (call.keyed) headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
    if (call.open || (call.form && 'client_id' in call.form)) return headers;
    const { token, projectHeaderBrand: brand } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    if (bearer !== undefined) headers.set('authorization', `Bearer ${wellFormed(bearer)}`);
    const project = options.project ?? this.#options.project;
    const name = brand === undefined ? 'x-project' : `x-${brand}-project`;
    if (project && 'id' in project) headers.set(`${name}-id`, project.id);
    if (project && 'slug' in project) headers.set(`${name}-slug`, project.slug);
    return headers;
  }
}

/** What cannot stand in a header is told without being shown. */
function wellFormed(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('the token is empty or holds characters that no token has');
  return token;
}

/** What a query or a form may hold. */
type Parameter = string | number | boolean | null | undefined;

function searchOf(query: object | undefined): string {
  const parameters = String(parametersOf(query ?? {}));
  return parameters && `?${parameters}`;
}

function parametersOf(values: object): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values) as [string, Parameter][])
    if (value !== undefined && value !== null) parameters.append(name, String(value));
  return parameters;
}
