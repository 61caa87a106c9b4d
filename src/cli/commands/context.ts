import { Latchkey, type Token } from '@latchkey/sdk';
import { namedFetch } from '../login/agent.js';
import { isCredential, readEnvironment, type Environment } from '../login/environment.js';
import { LoginFile, type Login } from '../login/login-file.js';
import { defaultUrl, serverAddress } from '../login/server-address.js';
import { isSession, SessionKeeper } from '../login/session.js';
import { Failure, UsageError } from '../terminal/failure.js';
import { Output } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { Prompts } from '../terminal/prompts.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly json?: true;
  readonly allowHttp?: true;
}

/** What a command works with: the terminal, the login, and the server by its public API. */
export class Context {
  readonly output: Output;
  readonly prompts = new Prompts(process.stdin, process.stderr);
  readonly logins: LoginFile;
  private readonly environment: Environment = readEnvironment();

  constructor(private readonly options: GlobalOptions) {
    const { colours, configFolder } = this.environment;
    this.output = new Output(process.stdout, process.stderr, {
      json: options.json === true,
      colours,
    });
    this.logins = new LoginFile(configFolder, (text) => this.output.note(text));
  }

  /** Whether the environment gives the credential, which outranks the login. */
  get hasOwnToken(): boolean {
    return this.environment.token !== undefined;
  }

  get allowsHttp(): boolean {
    return this.options.allowHttp === true;
  }

  /** Says how far long work has come. */
  progress(): Progress {
    return new Progress(process.stderr);
  }

  /** Where the server is: as the options say, the environment, the login, or on this machine. */
  async url(): Promise<string> {
    const said = this.options.url ?? this.environment.url;
    return serverAddress(said ?? (await this.logins.read())?.url ?? defaultUrl, this.allowsHttp);
  }

  /**
   * The server, called with the credential at hand.
   *
   * @param send what sends each request, if not `fetch` itself
   * @throws Failure without a credential for this server
   */
  async latchkey(send = namedFetch): Promise<Latchkey> {
    const url = await this.url();
    return new Latchkey({ url, token: await this.token(url), fetch: send });
  }

  /** A server, called without a credential, or with one that is no login (yet). */
  server(url: string, token?: Token): Latchkey {
    return new Latchkey({ url: serverAddress(url, this.allowsHttp), token, fetch: namedFetch });
  }

  /** What gives a login's credential whenever it is needed. */
  tokenOf(login: Login): Token {
    if (login.credential.type === 'api_key') return login.credential.secret;
    if (!isSession(login)) throw new Failure('This login is of no known kind.');
    const keeper = new SessionKeeper(login, this.logins, this.server(login.url));
    return () => keeper.token();
  }

  private async token(url: string): Promise<Token> {
    const { token } = this.environment;
    if (token !== undefined && !isCredential(token))
      throw new UsageError('LATCHKEY_TOKEN holds characters that no credential has.');
    if (token !== undefined) return token;
    const login = await this.logins.read();
    if (!login)
      throw new Failure(
        'You are not logged in: run `latchkey login`, or set LATCHKEY_TOKEN to an API key.',
      );
    if (login.url !== url)
      throw new Failure(
        `You are logged in at ${login.url}, not at ${url}: run \`latchkey login --url ${url}\`.`,
      );
    return this.tokenOf(login);
  }
}
