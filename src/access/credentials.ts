import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../platform/crypto/access-tokens.js';
import { SecretHasher } from '../platform/crypto/secret-hasher.js';
import { isWellFormedToken } from '../platform/crypto/token-format.js';
import { isId } from '../platform/http/ids.js';
import type { CredentialState } from './credential-state.js';
import { CredentialsRepository } from './credentials.repository.js';

/** Finds the state behind a bearer token. */
@Injectable()
export class Credentials {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly hasher: SecretHasher,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Null when nothing known stands behind the token; whether what stands there is in force is for `decide()`. */
  async find(token: string): Promise<CredentialState | null> {
    if (token.includes('.')) return this.findByAccessToken(token);
    if (!isWellFormedToken(token)) return null;
    return this.repository.findBySecret(this.hasher.candidates(token));
  }

  private async findByAccessToken(token: string): Promise<CredentialState | null> {
    const claims = await this.accessTokens.verify(token);
    if (!claims || !isId(claims.sessionId) || !isId(claims.subject)) return null;
    return this.repository.findBySession(claims.sessionId, claims.subject);
  }
}
