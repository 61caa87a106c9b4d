import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AccessTokens, isJwt } from '../platform/crypto/access-tokens.js';
import { SecretHasher } from '../platform/crypto/secret-hasher.js';
import { isWellFormedToken } from '../platform/crypto/token-format.js';
import { isId } from '../platform/http/ids.js';
import type { KnownCredential } from './admission/call.js';
import type { CredentialSource } from './credential-state.js';
import { Rights } from './rights/rights.js';

/** Finds the state behind a bearer token. */
@Injectable()
export class Credentials {
  /**
   * Where the state of a token stands, by the token's hash: what was computed from the token alone, for a session's
   * token until it expires. Never the state itself.
   */
  private readonly sources: LRUCache<string, CredentialSource>;

  constructor(
    private readonly rights: Rights,
    private readonly hasher: SecretHasher,
    private readonly accessTokens: AccessTokens,
    @Inject(CONFIG) { cachedCredentials }: Config,
  ) {
    this.sources = new LRUCache({ max: cachedCredentials });
  }

  /**
   * Null when nothing known stands behind the token; whether what stands there is in force is for `decide()`. What is
   * remembered is given at once.
   */
  find(token: string): KnownCredential | Promise<KnownCredential | null> {
    const name = hash('sha256', token, 'base64');
    const source = this.sources.get(name);
    const state = source && this.rights.rememberedState(source);
    return source && state ? { ...state, source } : this.read(token, name);
  }

  private async read(token: string, name: string): Promise<KnownCredential | null> {
    const { sources, ttl } = await this.sourcesOf(token);
    for (const source of sources) {
      const state = await this.rights.state(source);
      if (!state) continue;
      this.sources.set(name, source, { ttl });
      return { ...state, source };
    }
    return null;
  }

  /** Where the state of a token may stand, and for how many milliseconds that is so (0: for ever). */
  private async sourcesOf(token: string): Promise<{ sources: CredentialSource[]; ttl: number }> {
    if (isWellFormedToken(token)) {
      const names = this.hasher.candidates(token).map((hmac) => hmac.toString('base64'));
      return { sources: names.map((name) => ({ type: 'secret', name })), ttl: 0 };
    }
    const claims = isJwt(token) ? await this.accessTokens.verify(token) : null;
    if (!claims || !('sessionId' in claims)) return nowhere;
    if (!isId(claims.sessionId) || !isId(claims.subject)) return nowhere;
    const { sessionId, subject: userId, expiresAt } = claims;
    const name = `session ${sessionId} ${userId}`;
    const ttl = Math.max(1, expiresAt.getTime() - Date.now());
    return { sources: [{ type: 'session', name, sessionId, userId }], ttl };
  }
}

const nowhere = { sources: [], ttl: 0 };
