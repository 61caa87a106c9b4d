import type { TestServer } from './server.js';

/** What a test reads out of an answer: it asserts on the values, so the shape is left open. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests assert on values of any shape
export type Json = any;

/** An answer, with its body read as JSON where it is JSON. */
export interface Answer<Body = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

/** Calls a server over HTTP with one credential. Paths are below `/v1`, unless they start with `//`. */
export class Client {
  constructor(
    readonly server: Pick<TestServer, 'url'>,
    private readonly token: string | null,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same credential with more headers on every call. */
  with(headers: Readonly<Record<string, string>>): Client {
    return new Client(this.server, this.token, { ...this.headers, ...headers });
  }

  get<Body = Json>(path: string): Promise<Answer<Body>> {
    return this.call('GET', path);
  }

  post<Body = Json>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('POST', path, body);
  }

  put<Body = Json>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('PUT', path, body);
  }

  patch<Body = Json>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('PATCH', path, body);
  }

  delete<Body = Json>(path: string): Promise<Answer<Body>> {
    return this.call('DELETE', path);
  }

  /** Any call; a body that is a text or bytes is sent as it stands. */
  async call<Body = Json>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const url = `${this.server.url}${path.startsWith('//') ? path.slice(1) : `/v1${path}`}`;
    const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json =
      text !== '' &&
      /^application\/([a-z]+\+)?json/.test(response.headers.get('content-type') ?? '');
    const { status, headers } = response;
    return { status, headers, text, body: (json ? JSON.parse(text) : text) as Body };
  }
}

/** An answer in a word: `200`, or a refusal's status and code, like `403 ip_not_allowed`. */
export function outcome({ status, body }: Answer): string {
  return [status, body?.error?.code].filter(Boolean).join(' ');
}
