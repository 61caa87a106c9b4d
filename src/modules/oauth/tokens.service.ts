import { Injectable } from '@nestjs/common';
import {
  anyOperatorProduct,
  Changes,
  type AccessMap,
  type CredentialState,
  type Grant,
} from '../../access/index.js';
import { AccessTokens } from '../../platform/crypto/access-tokens.js';
import { invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { oauthError } from '../../platform/http/oauth-error.js';
import { ProductsService } from '../products/index.js';
import { heldScopes, within } from './held-scopes.js';
import type { TokenResponse } from './oauth.dto.js';
import { readScope, scopeWords } from './scope-words.js';
import { TokensRepository } from './tokens.repository.js';

const lifetimeSeconds = 3600;

/** Gives clients their tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly products: ProductsService,
    private readonly accessTokens: AccessTokens,
    private readonly changes: Changes,
  ) {}

  /**
   * Gives the client that calls a token of an hour.
   *
   * @throws ApiError `unsupported_grant_type`, or `invalid_scope` where more is asked for than the client has
   */
  issue(
    grant: Grant,
    grantType: string | undefined,
    scope: string | undefined,
  ): Promise<TokenResponse> {
    if (grantType === undefined) throw invalidField('grant_type', 'is required');
    if (grantType !== 'client_credentials')
      throw oauthError('unsupported_grant_type', 'Only client_credentials is supported.');
    const { organizationId, state } = grant;
    const { id: clientId } = state.credential;
    return this.changes.run(grant, async (record) => {
      const productScopes = await this.scopes(state, scope);
      const token = { id: newId(), organizationId, clientId, productScopes };
      await this.tokens.insert(token, lifetimeSeconds);
      const words = scopeWords(productScopes);
      const target = { type: 'oauth_token', id: token.id };
      const changes = { scope: [null, words] as const };
      await record({ action: 'oauth_token.issued', isNew: true, target, changes });
      const claims = { clientId, tokenId: token.id, scope: words };
      return {
        access_token: await this.accessTokens.sign(claims, lifetimeSeconds),
        token_type: 'bearer',
        expires_in: lifetimeSeconds,
        scope: words,
      };
    });
  }

  /** What is asked for, or all that the client has; as far as the service account has it. */
  private async scopes(
    state: CredentialState,
    words: string | undefined,
  ): Promise<AccessMap | null> {
    const own = state.credential.productScopes;
    const wanted = words === undefined ? own : await this.read(words);
    const held = heldScopes({
      ...state,
      credential: { ...state.credential, productScopes: wanted },
    });
    if (words !== undefined && !(within(wanted, own) && within(wanted, held)))
      throw oauthError('invalid_scope', 'The scope exceeds what the client has.');
    if (held && Object.keys(held).length === 0)
      throw oauthError('invalid_scope', 'The client has no access left.');
    return held;
  }

  private async read(words: string): Promise<AccessMap | null> {
    const scopes = readScope(words);
    const named = Object.keys(scopes?.map ?? {}).filter((name) => name !== anyOperatorProduct);
    const known = await this.products.hold(named);
    if (scopes === null || known.length < named.length)
      throw oauthError('invalid_scope', 'The scope is no list of scope words.');
    return scopes.map;
  }
}
