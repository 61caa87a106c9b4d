import { Injectable } from '@nestjs/common';
import {
  Changes,
  Credentials,
  isClientCall,
  maySee,
  tenantId,
  type CredentialState,
  type Grant,
} from '../../access/index.js';
import type { ApiError } from '../../platform/http/api-error.js';
import { oauthError } from '../../platform/http/oauth-error.js';
import { ApiKeysService } from '../api-keys/index.js';
import { refreshTokenPrefix } from '../sessions/index.js';
import { isInForce } from './in-force.js';
import { TokensRepository } from './tokens.repository.js';

/** Revokes tokens (RFC 7009). */
@Injectable()
export class RevocationService {
  constructor(
    private readonly credentials: Credentials,
    private readonly tokens: TokensRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly changes: Changes,
  ) {}

  /**
   * Revokes a token. One that is not in force needs no revocation, and one that the caller may not know of is treated as
   * if it did not exist. Of a refresh token no more than its form is looked at.
   *
   * @throws ApiError `invalid_grant` when it was given to another client, `unsupported_token_type` for a session's
   */
  async revoke(grant: Grant, token: string): Promise<void> {
    if (token.startsWith(`${refreshTokenPrefix}_`)) throw ofSession();
    const presented = await this.credentials.findFresh(token);
    const state = presented?.state;
    if (!state) return;
    if (isClientCall(grant)) return this.revokeOwn(grant, state);
    if (!maySee(grant, state)) return;
    if (tenantId(state) !== grant.organizationId)
      throw oauthError('invalid_grant', 'An organization revokes its own tokens.');
    if (state.credential.type === 'session') throw ofSession();
    if (state.credential.type === 'oauth') return this.revokeToken(grant, state);
    return this.apiKeys.revoke(grant, state.credential.id);
  }

  /** RFC 7009, section 2.1: a client is told that a token in force is not its own. */
  private async revokeOwn(grant: Grant, state: CredentialState): Promise<void> {
    const { type, id } = state.credential;
    if (type === 'oauth' && id === grant.state.credential.id) return this.revokeToken(grant, state);
    if (isInForce(state))
      throw oauthError('invalid_grant', 'The token was not given to this client.');
  }

  private revokeToken(
    grant: Grant,
    { credential: { tokenId: id } }: CredentialState,
  ): Promise<void> {
    return this.changes.run(grant, async (record) => {
      if (id !== undefined && (await this.tokens.revoke(id)))
        await record({ action: 'oauth_token.revoked', target: { type: 'oauth_token', id } });
    });
  }
}

function ofSession(): ApiError {
  return oauthError('unsupported_token_type', 'Sessions are ended by POST /v1/auth/logout.');
}
