import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CalledByClient, Granted, type Grant } from '../../access/index.js';
import { invalidField } from '../../platform/http/api-error.js';
import { parameter } from '../../platform/http/form-body.js';
import { Returns } from '../../platform/http/returns.js';
import { IntrospectionService } from './introspection.service.js';
import { OAuthEndpoint } from './oauth-fails.js';
import { Introspection, PresentedTokenRequest, TokenRequest, TokenResponse } from './oauth.dto.js';
import { RevocationService } from './revocation.service.js';
import { TokensService } from './tokens.service.js';

const seeing = { product: 'api_keys', access: 'read', anyProject: true, orOwn: true } as const;
const managing = { ...seeing, access: 'read_write' } as const;

const bearerErrors = {
  401: {
    invalid_token:
      'The token that the caller presents as its own is not in force now, or not from here.',
  },
  403: { insufficient_scope: 'The token that the caller presents lacks access to API keys.' },
};

@ApiTags('OAuth 2')
@Controller('oauth')
export class OAuthController {
  constructor(
    private readonly tokens: TokensService,
    private readonly introspection: IntrospectionService,
    private readonly revocation: RevocationService,
  ) {}

  /**
   * Gives a client an access token for its service account (RFC 6749, section 4.4).
   *
   * @remarks The client authenticates itself by HTTP Basic or in the form. The scope may be narrowed; one that exceeds
   * the client's or what the service account has is `invalid_scope`. Parameters that are not known are ignored.
   */
  @Post('token')
  @CalledByClient()
  @OAuthEndpoint({
    400: {
      unsupported_grant_type: 'Only client_credentials is supported.',
      invalid_scope: 'The scope is no list of scope words, or exceeds what the client has.',
    },
  })
  @ApiBody({ type: TokenRequest })
  @Returns(200, TokenResponse)
  token(@Granted() grant: Grant, @Req() request: FastifyRequest): Promise<TokenResponse> {
    const scope = parameter(request, 'scope');
    return this.tokens.issue(grant, parameter(request, 'grant_type'), scope);
  }

  /**
   * Tells what is known of a token: an OAuth token, a session's, or an API key (RFC 7662).
   *
   * @remarks Called by a client, which learns of its organization's tokens; or with a bearer that may see API keys,
   * which learns of those that it could see by itself, and of its own. A platform key learns of all. Whatever else is asked
   * about gets exactly `{"active":false}`.
   */
  @Post('introspect')
  @CalledByClient(seeing)
  @OAuthEndpoint(bearerErrors)
  @ApiBody({ type: PresentedTokenRequest })
  @Returns(200, Introspection)
  introspect(@Granted() grant: Grant, @Req() request: FastifyRequest): Promise<Introspection> {
    return this.introspection.introspect(grant, presentedToken(request));
  }

  /**
   * Revokes a token: no call that starts after this answer is let in by it (RFC 7009).
   *
   * @remarks A client revokes tokens that it was given itself. A bearer that may manage API keys revokes the OAuth tokens
   * and API keys that it could see. A token that is not in force, or is nobody's, is 200 as well.
   */
  @Post('revoke')
  @CalledByClient(managing)
  @OAuthEndpoint({
    ...bearerErrors,
    400: {
      invalid_grant: 'The token was not given to this client.',
      unsupported_token_type: 'A session is ended by its own calls, not by its tokens.',
    },
  })
  // The body is empty, but some clients read no answer of another type.
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiBody({ type: PresentedTokenRequest })
  @Returns(200, null)
  revoke(@Granted() grant: Grant, @Req() request: FastifyRequest): Promise<void> {
    return this.revocation.revoke(grant, presentedToken(request));
  }
}

function presentedToken(request: FastifyRequest): string {
  const token = parameter(request, 'token');
  if (token === undefined) throw invalidField('token', 'is required');
  return token;
}
