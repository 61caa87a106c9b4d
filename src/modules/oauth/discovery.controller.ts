import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../access/index.js';
import { AccessTokens } from '../../platform/crypto/access-tokens.js';
import { Returns } from '../../platform/http/returns.js';
import { KeySet, ServerMetadata } from './oauth.dto.js';

const clientMethods = ['client_secret_basic', 'client_secret_post'];

@ApiTags('OAuth 2')
@Controller('.well-known')
export class DiscoveryController {
  constructor(private readonly accessTokens: AccessTokens) {}

  /** Tells OAuth clients where the endpoints are and what they support (RFC 8414). */
  @Get('oauth-authorization-server')
  @Public()
  @Returns(200, ServerMetadata)
  metadata(): ServerMetadata {
    const issuer = this.accessTokens.issuer();
    return {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      introspection_endpoint: `${issuer}/oauth/introspect`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      scopes_supported: ['read', 'write'],
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: clientMethods,
      introspection_endpoint_auth_methods_supported: [...clientMethods, 'Bearer'],
      revocation_endpoint_auth_methods_supported: clientMethods,
    };
  }

  /** Publishes the keys that access tokens are verified with, the one that signs first (RFC 7517). */
  @Get('jwks.json')
  @Public()
  @Returns(200, KeySet)
  keys(): KeySet {
    return { keys: this.accessTokens.publicKeys };
  }
}
