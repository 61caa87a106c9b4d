import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';

/** What the token of a session says. */
export interface SessionClaims {
  /** The user that the token speaks for. */
  readonly subject: string;
  /** The session whose state is checked at every request. */
  readonly sessionId: string;
}

/** What the token of an OAuth client says. */
export interface ClientClaims {
  /** The client whose state is checked at every request; it is the subject as well (RFC 9068, section 2.2). */
  readonly clientId: string;
  /** Names this very token, by which it is revoked. */
  readonly tokenId: string;
  /** Scope words, separated by spaces. */
  readonly scope: string;
}

/** The claims of a token that was verified. */
export type VerifiedClaims = (SessionClaims | Omit<ClientClaims, 'scope'>) & {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
};

/** A public key as a JSON Web Key (RFC 7517): of Ed25519 (RFC 8037) or RSA (RFC 7518), each for its one algorithm. */
export type PublishedKey = { readonly kid: string; readonly use: 'sig' } & (
  | { readonly kty: 'OKP'; readonly crv: string; readonly x: string; readonly alg: 'EdDSA' }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string; readonly alg: 'RS256' }
);

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly published: PublishedKey;
}

/**
 * Signs and verifies access tokens: JWTs of type `at+jwt` (RFC 7519, RFC 9068), by EdDSA with an Ed25519 key and by RS256
 * with an RSA key.
 */
export class AccessTokens {
  private readonly current: KeyPair;
  private readonly keys: ReadonlyMap<string, KeyPair>;

  /**
   * @param signingKeys private keys: the first signs, all of them verify
   * @param issuer the server's public address: issuer and audience of every token
   */
  constructor(
    signingKeys: readonly string[],
    readonly issuer: () => string,
  ) {
    const [current, ...former] = signingKeys.map(keyPair);
    if (current === undefined) throw new Error('a signing key is required');
    this.current = current;
    this.keys = new Map([current, ...former].map((pair) => [pair.published.kid, pair]));
  }

  /** The keys that tokens are verified with, the one that signs first. */
  get publicKeys(): PublishedKey[] {
    return [...this.keys.values()].map(({ published }) => published);
  }

  /** Signs a token that is good for the given number of seconds. */
  sign(claims: SessionClaims | ClientClaims, lifetimeSeconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { alg, kid } = this.current.published;
    return new SignJWT(payloadOf(claims))
      .setProtectedHeader({ alg, typ: 'at+jwt', kid })
      .setIssuer(this.issuer())
      .setAudience(this.issuer())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(this.current.privateKey);
  }

  /**
   * Gives the claims of a genuine token in force, else null. Algorithm, type, issuer and audience are pinned
   * (RFC 8725, RFC 9068 section 4), so a token of another kind or another issuer is not accepted.
   */
  async verify(token: string): Promise<VerifiedClaims | null> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyOf(header), {
        algorithms: ['EdDSA', 'RS256'],
        typ: 'at+jwt',
        issuer: this.issuer(),
        audience: this.issuer(),
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      return claimsOf(payload);
    } catch {
      return null;
    }
  }

  /** Each key is good for its own algorithm only (RFC 8725, section 3.1). */
  private keyOf({ kid = '', alg }: JWTHeaderParameters): KeyObject {
    const pair = this.keys.get(kid);
    if (pair?.published.alg !== alg) throw new Error('no key of ours');
    return pair.publicKey;
  }
}

/** Tells whether a text has the form of a signed JWT, in the compact serialization of RFC 7515. It says nothing more. */
export function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

function keyPair(signingKey: string): KeyPair {
  const privateKey = createPrivateKey(signingKey);
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, published: publishedForm(publicKey) };
}

function publishedForm(publicKey: KeyObject): PublishedKey {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(der).digest('base64url').slice(0, 16);
  const { kty, crv = '', x = '', n = '', e = '' } = publicKey.export({ format: 'jwk' });
  if (kty === 'RSA') return { kty, n, e, kid, alg: 'RS256', use: 'sig' };
  return { kty: 'OKP', crv, x, kid, alg: 'EdDSA', use: 'sig' };
}

function payloadOf(claims: SessionClaims | ClientClaims): JWTPayload {
  if ('sessionId' in claims) return { sub: claims.subject, sid: claims.sessionId };
  const { clientId, tokenId, scope } = claims;
  return { sub: clientId, client_id: clientId, jti: tokenId, scope };
}

/** A token speaks for a session or for a client, never for both (RFC 8725, section 3.12). */
function claimsOf(payload: JWTPayload): VerifiedClaims | null {
  const { sub, sid, client_id: clientId, jti, exp = 0, iat = 0 } = payload;
  const term = { issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) };
  if (typeof sub !== 'string') return null;
  if (clientId === undefined)
    return typeof sid === 'string' ? { subject: sub, sessionId: sid, ...term } : null;
  if (clientId !== sub || typeof jti !== 'string' || sid !== undefined) return null;
  return { clientId, tokenId: jti, ...term };
}
