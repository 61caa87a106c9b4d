import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccessTokens, type VerifiedClaims } from '../platform/crypto/access-tokens.js';
import { SecretHasher } from '../platform/crypto/secret-hasher.js';
import { isWellFormedToken } from '../platform/crypto/token-format.js';
import { isId } from '../platform/http/ids.js';
import type { KnownCredential } from './admission/call.js';
import type { CredentialSource } from './credential-state.js';
import { Rights } from './rights/rights.js';

/** How many verified access tokens are remembered: verifying a signature costs more than everything else of a call. */
const mostVerifiedTokens = 10_000;

/** Finds the state behind a bearer token. */
@Injectable()
export class Credentials {
  /** Claims by the token's hash. Only the signature's verification is remembered, never the session's state. */
  private readonly verified = new LRUCache<string, VerifiedClaims>({ max: mostVerifiedTokens });

  constructor(
    private readonly rights: Rights,
    private readonly hasher: SecretHasher,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Null when nothing known stands behind the token; whether what stands there is in force is for `decide()`. */
  async find(token: string): Promise<KnownCredential | null> {
    for (const source of await this.sourcesOf(token)) {
      const state = await this.rights.state(source);
      if (state) return { ...state, source };
    }
    return null;
  }

  private async sourcesOf(token: string): Promise<CredentialSource[]> {
    if (isWellFormedToken(token))
      return this.hasher.candidates(token).map((hash) => ({ type: 'secret', hash }));
    const claims = token.includes('.') ? await this.verify(token) : null;
    if (!claims || !isId(claims.sessionId) || !isId(claims.subject)) return [];
    return [{ type: 'session', sessionId: claims.sessionId, userId: claims.subject }];
  }

  private async verify(token: string): Promise<VerifiedClaims | null> {
    const name = createHash('sha256').update(token).digest('base64');
    const known = this.verified.get(name);
    if (known) return known;
    const claims = await this.accessTokens.verify(token);
    if (claims) this.verified.set(name, claims, { ttl: claims.expiresAt.getTime() - Date.now() });
    return claims;
  }
}
