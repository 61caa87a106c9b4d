import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Browser } from './browser.js';
import type { Answer } from './client.js';
import { answerOf, entryOf } from './single-sign-on.js';
import type { World } from './world.js';

/** How an ID token is made, where it is not made as it should be. */
export interface Forgery {
  /** In place of what the provider would say. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Makes the token from its claims. */
  readonly sign?: (claims: JWTPayload) => Promise<string>;
  /** Added to the address that the browser comes back to. */
  readonly answer?: Record<string, string>;
}

/** A provider that somebody wrote for an organization of theirs: it says whatever they want. */
export class HostileProvider {
  readonly clientId = 'latchkey';
  readonly clientSecret = randomBytes(24).toString('base64url');
  /** What its description says besides, or in place of what it should. */
  description: object = {};
  private idToken = '';

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly key: CryptoKey,
  ) {}

  static async start(): Promise<HostileProvider> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new HostileProvider(server, issuer, privateKey);
    server.on('request', (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(provider.page(request.url ?? '', jwk)));
    });
    return provider;
  }

  /** Signs in at an organization as whoever the claims say. */
  async enter(
    world: Pick<World, 'server'>,
    slug: string,
    { claims = {}, sign = (made) => this.signed(made), answer = {} }: Forgery = {},
    browser = new Browser(),
  ): Promise<Answer> {
    const sent = await browser.open(entryOf(world.server.url, slug));
    if (sent.status !== 302) return answerOf(sent);
    const asked = new URL(sent.headers.get('location') ?? '').searchParams;
    const now = Math.floor(Date.now() / 1000);
    this.idToken = await sign({
      iss: this.issuer,
      aud: this.clientId,
      sub: 'somebody',
      nonce: asked.get('nonce') ?? '',
      iat: now,
      exp: now + 60,
      email_verified: true,
      ...claims,
    });
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({
      code: 'a-code',
      state: asked.get('state') ?? '',
      ...answer,
    }).toString();
    return answerOf(await browser.open(back));
  }

  /** A token that is signed as it should be. */
  signed(claims: JWTPayload, key = this.key): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private page(path: string, jwk: object): object {
    if (path === '/keys') return { keys: [jwk] };
    if (path === '/token')
      return { access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: this.idToken };
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...this.description,
    };
  }
}
