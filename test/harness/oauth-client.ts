import { Client, type Answer, type Json } from './client.js';
import type { TestServer } from './server.js';
import type { World } from './world.js';

const form = 'application/x-www-form-urlencoded';

/** An OAuth client of a service account, as a test uses it. */
export class OAuthClient {
  constructor(
    private readonly server: Pick<TestServer, 'url'>,
    readonly id: string,
    readonly secret: string,
    /** The service account that it acts for. */
    readonly memberId: string,
  ) {}

  /** Where it is managed. */
  get path(): string {
    return `/service-accounts/${this.memberId}/clients/${this.id}`;
  }

  /** The same client at another instance, or with another secret. */
  at(server: Pick<TestServer, 'url'>, secret = this.secret): OAuthClient {
    return new OAuthClient(server, this.id, secret, this.memberId);
  }

  /** Calls an endpoint of OAuth, authenticated by HTTP Basic. */
  post(endpoint: string, parameters: Record<string, string>): Promise<Answer> {
    return postForm(this.server, endpoint, parameters, {
      authorization: basic(this.id, this.secret),
    });
  }

  /** Asks for a token. */
  tokenAnswer(scope?: string): Promise<Answer> {
    const wanted = scope === undefined ? {} : { scope };
    return this.post('token', { grant_type: 'client_credentials', ...wanted });
  }

  /** Gets a token, or fails with the refusal. */
  async token(scope?: string): Promise<string> {
    const { status, body, text } = await this.tokenAnswer(scope);
    if (status !== 200) throw new Error(`token: ${status} ${text}`);
    return body.access_token;
  }

  /** A client of the API with a token of this one. */
  async caller(scope?: string): Promise<Client> {
    return new Client(this.server, await this.token(scope));
  }

  introspect(token: string): Promise<Answer> {
    return this.post('introspect', { token });
  }

  revoke(token: string): Promise<Answer> {
    return this.post('revoke', { token });
  }
}

/** Makes a service account with roles and an OAuth client for it. */
export async function oauthClient(
  world: World,
  role = 'member',
  projects: Record<string, string> = {},
  input: object = {},
): Promise<OAuthClient> {
  const bot = await world.serviceAccount(role, projects);
  return clientOf(world, bot.id, input);
}

/** Makes a client of a service account. */
export async function clientOf(
  world: World,
  memberId: string,
  input: object = {},
  by: Client = world.owner,
): Promise<OAuthClient> {
  const made: Json = await world.created(`/service-accounts/${memberId}/clients`, input, by);
  return new OAuthClient(world.server, made.client_id, made.client_secret, memberId);
}

/** Sends a form to an endpoint of OAuth; a text is sent as it stands. */
export function postForm(
  server: Pick<TestServer, 'url'>,
  endpoint: string,
  parameters: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body =
    typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString();
  return new Client(server, null, { 'content-type': form, ...headers }).call(
    'POST',
    `//oauth/${endpoint}`,
    body,
  );
}

/** Asks about a token or revokes it, with a bearer of the caller's own. */
export function presentAs(
  caller: Client,
  endpoint: 'introspect' | 'revoke',
  token: string,
): Promise<Answer> {
  const body = new URLSearchParams({ token }).toString();
  return caller.with({ 'content-type': form }).call('POST', `//oauth/${endpoint}`, body);
}

/** An `Authorization` header of HTTP Basic (RFC 7617). */
export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** An answer of OAuth in a word: `200`, or a refusal's status and name, like `401 invalid_client`. */
export function oauthOutcome({ status, body }: Answer): string {
  return status < 400 ? String(status) : `${status} ${body.error}`;
}
