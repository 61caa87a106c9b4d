import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import type { Browser, Page } from './browser.js';

/** What the provider says about somebody. */
export interface Person {
  email?: string;
  email_verified?: boolean;
  name?: string;
}

/** An OpenID provider as it is installed anywhere, with people who sign in at its own pages. */
export class OpenIdProvider {
  readonly clientId = 'latchkey';
  readonly clientSecret = randomBytes(24).toString('base64url');
  /** The people, by what they sign in as, which is their subject, too. */
  readonly people = new Map<string, Person>();

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(): Promise<OpenIdProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new OpenIdProvider(server, `http://127.0.0.1:${port}`);
  }

  /**
   * Begins to serve one client.
   *
   * @param inIdToken whether the ID token says who somebody is; else it has to be asked for
   */
  async serve(redirectUris: string[], { inIdToken = false } = {}): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: this.clientId,
          client_secret: this.clientSecret,
          redirect_uris: redirectUris,
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: !inIdToken,
      cookies: { keys: [randomBytes(16).toString('hex')] },
      ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'k' }] },
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...this.people.get(accountId) }),
      }),
    });
    this.server.removeAllListeners('request').on('request', provider.callback());
  }

  /** Adds somebody with a verified address and gives what they sign in as. */
  person(email: string, more: Person = {}): string {
    const login = randomBytes(6).toString('hex');
    this.people.set(login, { email, email_verified: true, name: 'Ada Lovelace', ...more });
    return login;
  }

  /** Goes to an address that leads to the provider, signs in there, consents, and goes on to where it is sent back to. */
  async signIn(
    browser: Browser,
    address: string,
    login: string,
    stop: (url: URL) => boolean = () => false,
  ): Promise<Page> {
    let page = await browser.go(address, stop);
    for (let forms = 0; page.url.origin === this.issuer && page.status === 200; forms += 1) {
      const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1];
      if (!prompt || forms > 3) throw new Error(`no form at ${page.url.href}: ${page.text}`);
      const form = { prompt, ...(prompt === 'login' && { login, password: 'any' }) };
      const sent = await browser.open(page.url, form);
      page = await browser.go(new URL(sent.headers.get('location') ?? '', sent.url), stop);
    }
    return page;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
