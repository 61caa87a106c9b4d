import { styleText } from 'node:util';
import { tokenPrefix } from '../platform/crypto/token-format.js';

type Style = Parameters<typeof styleText>[0];

/** A call of the tour, and what has to come back. */
export interface Call {
  readonly status: number;
  /** The code of the refusal that has to come back. */
  readonly code?: string;
  /** The access that the refusal has to name. */
  readonly missing?: readonly object[];
  readonly token: string;
  readonly project?: string;
  readonly body?: object;
  /** Headers of the answer to be shown, by the beginning of their names. */
  readonly headers?: string;
}

interface Refusal {
  readonly error?: { readonly code: string; readonly missing?: readonly object[] };
}

class UnexpectedAnswer extends Error {
  constructor(
    readonly status: number,
    call: string,
    came: string,
    expected: string,
  ) {
    super(`${call} answered ${came} instead of ${expected}`);
  }
}

/** Makes calls over HTTP, tells each and its answer, and stops at the first answer that is not what it should be. */
export class TourGuide {
  constructor(
    private readonly url: string,
    private readonly output: NodeJS.WriteStream,
  ) {}

  /** Begins a chapter. */
  chapter(title: string): void {
    this.tell(`\n${this.styled('bold', title)}`);
  }

  /**
   * Asks the server who the holder of a key is.
   *
   * @throws Error when the server does not know the key
   */
  async introduce(token: string): Promise<void> {
    await this.call('GET', '/v1/users/me', { status: 200, token }).catch((error: unknown) => {
      if (error instanceof UnexpectedAnswer && error.status === 401)
        throw new Error(`API_KEY is refused by ${this.url}: is it a key of that server?`);
      throw error;
    });
  }

  /**
   * Makes one call. Gives the answer's body.
   *
   * @throws Error when no server answers, or something else than the call asks for
   */
  async call<Body = unknown>(method: string, path: string, call: Call): Promise<Body> {
    const project = call.project === undefined ? '' : `  X-Project-Id: ${call.project}`;
    const sent = call.body ? `  ${compact(call.body)}` : '';
    const by = this.styled('dim', `as ${tokenPrefix(call.token)}…`);
    this.tell(`  ${this.styled('cyan', `${method} ${path}`)}${project}${sent}  ${by}`);
    const answer = await this.send(method, path, call);
    const text = await answer.text();
    const body = (text === '' ? null : JSON.parse(text)) as Body & Refusal;
    this.show(answer, body, call.headers);
    const { code, missing } = body?.error ?? {};
    const came = JSON.stringify([answer.status, code, missing]);
    const expected = JSON.stringify([call.status, call.code, call.missing]);
    if (came !== expected)
      throw new UnexpectedAnswer(answer.status, `${method} ${path}`, came, expected);
    return body;
  }

  /** Tells a line of what came back. */
  tell(line: string): void {
    this.output.write(`${line}\n`);
  }

  private async send(method: string, path: string, call: Call): Promise<Response> {
    const { token, project, body } = call;
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(project !== undefined && { 'X-Project-Id': project }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch {
      throw new Error(
        `No server answers at ${this.url}: start one with \`npm start\`, or set LATCHKEY_URL.`,
      );
    }
  }

  private show(answer: Response, body: unknown, headers: string | undefined): void {
    const status = this.styled(answer.ok ? 'green' : 'yellow', String(answer.status));
    this.tell(`  ${status} ${body === null ? '' : compact(body)}`.trimEnd());
    if (headers === undefined) return;
    for (const [name, value] of answer.headers)
      if (name.startsWith(headers)) this.tell(`      ${name}: ${value}`);
  }

  private styled(style: Style, text: string): string {
    return this.output.isTTY ? styleText(style, text) : text;
  }
}

const mostCharacters = 420;

/** JSON on one line, secrets as their prefix, and no longer than fits. */
function compact(value: unknown): string {
  const text = JSON.stringify(value, (name, entry: unknown) =>
    name === 'secret' && typeof entry === 'string' ? `${tokenPrefix(entry)}…` : entry,
  );
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
