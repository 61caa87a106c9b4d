import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import * as openid from 'openid-client';
import { SecretCipher } from '../../platform/crypto/secret-cipher.js';
import { ApiError } from '../../platform/http/api-error.js';
import { NoAnswerError, OutgoingCalls } from '../../platform/http/outgoing-calls.js';
import type { Connection } from './connection.entity.js';

/** What ties the provider's answer to the browser that was sent there. */
export interface Proofs {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** What a provider says about somebody. Nothing of it is checked but who says it. */
export interface Claims {
  readonly subject: string;
  readonly email: unknown;
  readonly emailVerified: unknown;
  readonly name: unknown;
}

/** How many providers' descriptions are kept: each is as large as its owner likes, within what {@link OutgoingCalls} reads. */
const mostKept = 100;

/** How long a provider's description and keys are used before they are fetched anew. */
const keptMs = 5 * 60 * 1000;

/** OpenID Connect Core 1.0, section 2. */
const longestSubject = 255;

/** What a connection's secret is encrypted for. */
export const secretContext = (connectionId: string) => `identity_connection ${connectionId}`;

/**
 * Identity providers, spoken to by OpenID Connect Core 1.0: the authorization code flow with PKCE, state and nonce, and a
 * signed ID token whose signature is always verified.
 */
@Injectable()
export class IdentityProviders {
  private readonly logger = new Logger('single sign-on');
  private readonly known = new LRUCache<string, openid.Configuration, Connection>({
    max: mostKept,
    ttl: keptMs,
    fetchMethod: (_, __, { context }) => this.discover(context),
  });

  constructor(
    private readonly calls: OutgoingCalls,
    private readonly cipher: SecretCipher,
  ) {}

  /** Tells whether an issuer may be spoken to. */
  maySpeakTo(issuer: string): boolean {
    return this.calls.mayCall(issuer);
  }

  /**
   * Where to send somebody who wants to sign in.
   *
   * @throws ApiError `unavailable` when the provider cannot be reached, or is none
   */
  async authorizationUrl(connection: Connection, proofs: Proofs, callback: string): Promise<URL> {
    const provider = await this.speaking(connection, () => this.configuration(connection));
    const { authorization_endpoint: endpoint } = provider.serverMetadata();
    if (endpoint === undefined || !this.calls.mayCall(endpoint, connection.issuer))
      throw unreachable();
    return openid.buildAuthorizationUrl(provider, {
      redirect_uri: callback,
      scope: 'openid email profile',
      state: proofs.state,
      nonce: proofs.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(proofs.verifier),
      code_challenge_method: 'S256',
    });
  }

  /**
   * Exchanges the code that somebody came back with.
   *
   * @param answer the address that they came back to, with all that the provider added
   * @throws ApiError `invalid_credentials` when the provider refused or its answer cannot be believed, `unavailable` when
   * it cannot be reached
   */
  claims(connection: Connection, answer: URL, proofs: Proofs): Promise<Claims> {
    return this.speaking(connection, async () => {
      const provider = await this.configuration(connection);
      const tokens = await openid.authorizationCodeGrant(provider, answer, {
        expectedState: proofs.state,
        expectedNonce: proofs.nonce,
        pkceCodeVerifier: proofs.verifier,
        idTokenExpected: true,
      });
      const token = tokens.claims();
      // Of a provider that serves many tenants each has an issuer of its own: another one is somebody else's.
      if (!token || !sameIssuer(token.iss, connection.issuer)) throw new Error('another issuer');
      const { sub } = token;
      if (sub.length > longestSubject) throw new Error('a subject that is too long');
      const asked = token['email'] === undefined && provider.serverMetadata().userinfo_endpoint;
      const more = asked ? await openid.fetchUserInfo(provider, tokens.access_token, sub) : token;
      const { email, email_verified: emailVerified } = more;
      return { subject: sub, email, emailVerified, name: token['name'] ?? more['name'] };
    });
  }

  private async configuration(connection: Connection): Promise<openid.Configuration> {
    const name = `${connection.id} ${connection.updatedAt.getTime()}`;
    const found = await this.known.fetch(name, { context: connection });
    if (!found) throw new NoAnswerError('no description');
    return found;
  }

  /** The secret of a connection; null when it is encrypted under a pepper that is not listed any more. */
  secretOf(connection: Connection): Buffer | null {
    return this.cipher.decrypt(connection, secretContext(connection.id));
  }

  private discover(connection: Connection) {
    const { issuer, clientId } = connection;
    const secret = this.secretOf(connection)?.toString();
    if (secret === undefined) throw new Error('the secret is encrypted under another pepper');
    const insecurely = new URL(issuer).protocol === 'http:' ? [openid.allowInsecureRequests] : [];
    return openid.discovery(new URL(issuer), clientId, undefined, authentication(secret), {
      execute: [openid.enableNonRepudiationChecks, ...insecurely],
      timeout: 5,
      [openid.customFetch]: (address, { method, headers, body }) =>
        this.calls.make(address, { method, headers, body: textOf(body) }, issuer),
    });
  }

  /** What goes wrong is told to the operator's log; to the caller only whose fault it is. */
  private async speaking<T>({ id }: Connection, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const why = reasonsOf(error);
      this.logger.warn({ connection_id: id, why: why.map(String) }, 'a sign-in failed');
      if (why.some((cause) => cause instanceof NoAnswerError)) throw unreachable(error);
      if (error instanceof openid.AuthorizationResponseError)
        throw refusedBy('The identity provider did not let you sign in.');
      throw refusedBy('The answer of the identity provider cannot be believed.');
    }
  }
}

/** By what the provider supports; where it does not say, by HTTP Basic (OpenID Connect Discovery 1.0, section 3). */
function authentication(secret: string): openid.ClientAuth {
  const [byPost, byBasic] = [openid.ClientSecretPost(secret), openid.ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? [];
    const authenticate = methods.includes('client_secret_post') ? byPost : byBasic;
    authenticate(server, client, body, headers);
  };
}

function textOf(body: openid.CustomFetchOptions['body']): string | null {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new Error('a body that is no text');
}

function sameIssuer(one: string, other: string): boolean {
  return new URL(one).href === new URL(other).href;
}

/** An error and what caused it. Their messages hold no secret; what else they hold is left out. */
function reasonsOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...reasonsOf(error.cause)];
}

function unreachable(error?: unknown): ApiError {
  const cause = new Error(reasonsOf(error).map(String).join(': '));
  return new ApiError('unavailable', {
    message: 'The identity provider cannot be reached, or is none.',
    cause,
  });
}

function refusedBy(message: string): ApiError {
  return new ApiError('invalid_credentials', { message });
}
