import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LatchkeyUnreachable } from './errors.js';

/** Whose tokens are accepted. */
export interface JwtVerifierOptions {
  /** Latchkey's `PUBLIC_URL`, to the letter: it is the issuer and the audience of every token. */
  readonly issuer: string;
  /** Where the keys are published, if not at the issuer's `/.well-known/jwks.json`. */
  readonly jwksUrl?: string | URL;
  /** How many milliseconds fetching the keys may take: 5,000 unless it is given. */
  readonly timeoutMs?: number;
  /** What fetches the keys: the runtime's own `fetch` unless it is given. */
  readonly fetch?: typeof fetch;
}

/** Who a genuine access token was made for. It does not say what they may do: ask Latchkey for that. */
export type TokenSubject =
  | {
      readonly type: 'session';
      readonly userId: string;
      readonly sessionId: string;
      readonly expiresAt: Date;
    }
  | {
      readonly type: 'oauth';
      readonly clientId: string;
      readonly tokenId: string;
      /** The words of the token's scope, such as `uptime:read`. */
      readonly scope: readonly string[];
      readonly expiresAt: Date;
    };

/**
 * Verifies access tokens (RFC 9068) with the published keys, without a call for each of them.
 *
 * It **cannot see** that a token was revoked, a session ended, or a member deactivated, demoted or refused by an
 * address list: a token stays good here until it expires. It neither counts against the limit nor stands in the
 * audit log. Take it where that is good enough, such as to choose a shard; to let calls in, take a guard or
 * `verify`. API keys are no JWTs.
 */
export class JwtVerifier {
  private readonly issuer: string;
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor({ issuer, jwksUrl, timeoutMs = 5_000, fetch }: JwtVerifierOptions) {
    this.issuer = issuer;
    const url = new URL(jwksUrl ?? `${issuer.replace(/\/+$/, '')}/.well-known/jwks.json`);
    this.keys = createRemoteJWKSet(url, {
      timeoutDuration: timeoutMs,
      ...(fetch && { [customFetch]: fetch }),
    });
  }

  /**
   * Whom a token was made for; null when it is none of Latchkey's or not in force.
   *
   * Algorithm, type, issuer and audience are pinned (RFC 8725, section 3): `none`, HMACs, ID tokens and other
   * issuers are refused.
   *
   * @throws LatchkeyUnreachable when the keys cannot be fetched
   */
  async verify(token: string): Promise<TokenSubject | null> {
    try {
      const { payload } = await jwtVerify(token, (...given) => this.keyOf(...given), {
        algorithms: ['EdDSA', 'RS256'],
        typ: 'at+jwt',
        issuer: this.issuer,
        audience: this.issuer,
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      return subjectOf(payload);
    } catch (error) {
      if (error instanceof LatchkeyUnreachable) throw error;
      return null;
    }
  }

  private async keyOf(...token: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> {
    try {
      return await this.keys(...token);
    } catch (error) {
      if (namesNoKey.some((kind) => error instanceof kind)) throw error;
      throw new LatchkeyUnreachable('its keys cannot be fetched', error);
    }
  }
}

/** What is wrong with a token for which the published keys hold none. */
const namesNoKey = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/** A token speaks for a session or for a client, never for both (RFC 8725, section 3.12). */
function subjectOf({
  sub = '',
  sid,
  client_id: clientId,
  jti,
  scope,
  exp = 0,
}: JWTPayload): TokenSubject | null {
  const expiresAt = new Date(exp * 1000);
  if (typeof sid === 'string' && clientId === undefined)
    return { type: 'session', userId: sub, sessionId: sid, expiresAt };
  if (sid !== undefined || clientId !== sub || jti === undefined) return null;
  const words = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  return { type: 'oauth', clientId: sub, tokenId: jti, scope: words, expiresAt };
}
