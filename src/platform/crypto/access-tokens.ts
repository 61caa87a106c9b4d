import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';

/** What a signed access token says of itself beyond the registered claims. */
export interface AccessTokenClaims {
  /** The user or client that the token speaks for. */
  readonly subject: string;
  /** The session or client whose state is checked at every request. */
  readonly sessionId: string;
}

/** The claims of a token that was verified. */
export interface VerifiedClaims extends AccessTokenClaims {
  readonly expiresAt: Date;
}

/** Signs and verifies access tokens: EdDSA JWTs of type `at+jwt` (RFC 7519, RFC 8037, RFC 9068). */
export class AccessTokens {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly keyId: string;

  /** @param issuer the server's public address: issuer and audience of every token */
  constructor(
    signingKey: string,
    private readonly issuer: () => string,
  ) {
    this.privateKey = createPrivateKey(signingKey);
    this.publicKey = createPublicKey(this.privateKey);
    const der = this.publicKey.export({ type: 'spki', format: 'der' });
    this.keyId = createHash('sha256').update(der).digest('base64url').slice(0, 16);
  }

  /** Signs a token that is good for the given number of seconds. */
  sign(claims: AccessTokenClaims, lifetimeSeconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ sid: claims.sessionId })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: this.keyId })
      .setIssuer(this.issuer())
      .setAudience(this.issuer())
      .setSubject(claims.subject)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(this.privateKey);
  }

  /**
   * Gives the claims of a genuine token in force, else null. Algorithm, type, issuer and audience are pinned
   * (RFC 8725), so a token of another kind or another issuer is not accepted.
   */
  async verify(token: string): Promise<VerifiedClaims | null> {
    try {
      const { payload } = await jwtVerify(token, this.publicKey, {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer: this.issuer(),
        audience: this.issuer(),
        requiredClaims: ['sub', 'sid', 'exp', 'iat'],
      });
      return claimsOf(payload);
    } catch {
      return null;
    }
  }
}

/** Tells whether a text has the form of a signed JWT, in the compact serialization of RFC 7515. It says nothing more. */
export function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

function claimsOf(payload: JWTPayload): VerifiedClaims | null {
  const { sub, sid, exp } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined) return null;
  return { subject: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
}
