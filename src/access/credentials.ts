import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessTokens, isJwt, type VerifiedClaims } from '../platform/crypto/access-tokens.js';
import { SecretHasher } from '../platform/crypto/secret-hasher.js';
import { isWellFormedToken } from '../platform/crypto/token-format.js';
import { isId } from '../platform/http/ids.js';
import type { KnownCredential } from './admission/call.js';
import type { CredentialSource, CredentialState } from './credential-state.js';
import { CredentialsRepository } from './credentials.repository.js';
import { Rights } from './rights/rights.js';
import { StateMemory } from './rights/state-memory.js';

/** A token that somebody asks about: what stands behind it, and what it says itself when it is a JWT. */
export interface PresentedToken {
  readonly state: CredentialState;
  readonly claims: VerifiedClaims | null;
}

/** Finds the state behind a bearer token, or behind a client that authenticates itself. */
@Injectable()
export class Credentials {
  constructor(
    private readonly rights: Rights,
    private readonly hasher: SecretHasher,
    private readonly accessTokens: AccessTokens,
    private readonly repository: CredentialsRepository,
  ) {}

  /**
   * Null when nothing known stands behind the token; whether what stands there is in force is for `decide()`. What is
   * remembered is given at once.
   */
  find(token: string): KnownCredential | Promise<KnownCredential | null> {
    const name = hash('sha256', token, 'binary');
    const memory = this.rights.memories.find(name);
    const state = memory && !hasRunOut(memory) && this.rights.rememberedState(memory);
    return state
      ? { value: state.value, stamp: state.stamp, memory }
      : this.read(token, name, memory);
  }

  private async read(
    token: string,
    name: string,
    memory: StateMemory | undefined,
  ): Promise<KnownCredential | null> {
    const { sources, claims } = await this.sourcesOf(token);
    const validUntil = claims && claims.expiresAt.getTime();
    for (const source of sources) {
      const known = memory?.source.name === source.name;
      const place = known ? memory : new StateMemory(name, source, validUntil);
      const state = await this.rights.state(place);
      if (state) return { ...state, memory: place };
    }
    this.rights.memories.forget(name);
    return null;
  }

  /** Finds what stands behind a token at this moment; nothing that is remembered is used. */
  async findFresh(token: string): Promise<PresentedToken | null> {
    const { sources, claims } = await this.sourcesOf(token);
    for (const source of sources) {
      const found = await this.repository.findState(source);
      if (found) return { state: found.value, claims };
    }
    return null;
  }

  /** Finds the client of this id, when the secret is one of its own. */
  async findClient(clientId: string, secret: string): Promise<KnownCredential | null> {
    if (!isId(clientId) || !isWellFormedToken(secret)) return null;
    for (const hmac of this.hasher.candidates(secret)) {
      const stored = hmac.toString('base64');
      const name = `client ${clientId} ${stored}`;
      const source = { type: 'client', name, clientId, hash: stored } as const;
      const memory = this.rights.memories.find(name) ?? new StateMemory(name, source);
      const state = await this.rights.state(memory);
      if (state) return { ...state, memory };
    }
    return null;
  }

  /** Where the state of a token may stand, and what the token says itself. */
  private async sourcesOf(token: string): Promise<Sources> {
    if (isWellFormedToken(token)) {
      const names = this.hasher.candidates(token).map((hmac) => hmac.toString('base64'));
      return { sources: names.map((name) => ({ type: 'secret', name })), claims: null };
    }
    const claims = isJwt(token) ? await this.accessTokens.verify(token) : null;
    const source = claims && sourceOf(claims);
    return { sources: source ? [source] : [], claims };
  }
}

interface Sources {
  readonly sources: readonly CredentialSource[];
  readonly claims: VerifiedClaims | null;
}

function hasRunOut({ validUntil }: StateMemory): boolean {
  return validUntil !== null && validUntil <= Date.now();
}

/** Where the state of a JWT stands; null when it names nothing that could be there. */
function sourceOf(claims: VerifiedClaims): CredentialSource | null {
  if ('sessionId' in claims) {
    const { sessionId, subject: userId } = claims;
    if (!isId(sessionId) || !isId(userId)) return null;
    return { type: 'session', name: `session ${sessionId} ${userId}`, sessionId, userId };
  }
  const { clientId, tokenId } = claims;
  if (!isId(clientId) || !isId(tokenId)) return null;
  return { type: 'oauth', name: `oauth ${clientId} ${tokenId}`, clientId, tokenId };
}
