import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What a client asks for a token with (RFC 6749, section 4.4). */
export class TokenRequest {
  @ApiProperty({ enum: ['client_credentials'] })
  grant_type!: string;

  /**
   * What the token may reach, in words separated by spaces: `read`, `write`, `<product>:read`, `<product>:write`. Left
   * out: all that the client has.
   * @example 'read'
   */
  scope?: string;

  /** Unless the client authenticates by HTTP Basic. */
  client_id?: string;

  /** Unless the client authenticates by HTTP Basic. */
  client_secret?: string;
}

/** An access token, to be sent as a bearer token. */
export class TokenResponse {
  /** A signed JWT (RFC 9068). It is never enough by itself: the client behind it is looked up at every call. */
  @ApiProperty({ example: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type!: string;

  /** Seconds until the token is refused. */
  @ApiProperty({ type: 'integer', example: 3600 })
  expires_in!: number;

  /**
   * What the token may reach at most.
   * @example 'read'
   */
  scope!: string;
}

/** A token that is asked about (RFC 7662, section 2.1) or revoked (RFC 7009, section 2.1). */
export class PresentedTokenRequest {
  /** An OAuth access token, the access token of a session, or an API key. */
  token!: string;

  /** Has no effect: every kind of token is recognized. */
  token_type_hint?: string;

  /** Where a client authenticates itself by the form. */
  client_id?: string;

  /** Where a client authenticates itself by the form. */
  client_secret?: string;
}

/** What is known of a token (RFC 7662, section 2.2). One that is not in force, or is none of the caller's business, is only `active: false`. */
export class Introspection {
  active!: boolean;

  /**
   * What the token may reach at most. `read` and `write` mean: on all that its member has.
   * @example 'uptime:read'
   */
  scope?: string;

  /** Of an OAuth token. */
  client_id?: string;

  /** The member's e-mail address, or its name. */
  username?: string;

  @ApiPropertyOptional({ enum: ['bearer'] })
  token_type?: string;

  /** Seconds since 1970. */
  @ApiPropertyOptional({ type: 'integer' })
  exp?: number;

  /** Seconds since 1970. */
  @ApiPropertyOptional({ type: 'integer' })
  iat?: number;

  /** Seconds since 1970. */
  @ApiPropertyOptional({ type: 'integer' })
  nbf?: number;

  /** The client of an OAuth token, the user of a session, the member of an API key; of a platform key itself. */
  sub?: string;

  aud?: string;

  iss?: string;

  /** Of an OAuth token. */
  jti?: string;

  @ApiPropertyOptional({ enum: ['api_key', 'session', 'oauth'] })
  credential_type?: string;

  /** The key, the session, or the OAuth client. */
  credential_id?: string;

  organization_id?: string;

  /** Of a project-scoped key. */
  project_id?: string;

  member_id?: string;

  @ApiPropertyOptional({ enum: ['human', 'service_account'] })
  member_type?: string;
}

/** Why a request was refused, as RFC 6749, section 5.2, has it. */
export class OAuthErrorBody {
  /**
   * Stable: programs may rely on it.
   * @example 'invalid_client'
   */
  error!: string;

  /** For people; may change. */
  error_description!: string;
}

/** What a client needs to know of this server (RFC 8414, section 2). */
export class ServerMetadata {
  /** @example 'https://auth.example.com' */
  issuer!: string;
  token_endpoint!: string;
  jwks_uri!: string;
  introspection_endpoint!: string;
  revocation_endpoint!: string;
  scopes_supported!: string[];
  /** Empty: there is no authorization endpoint. */
  response_types_supported!: string[];
  grant_types_supported!: string[];
  token_endpoint_auth_methods_supported!: string[];
  introspection_endpoint_auth_methods_supported!: string[];
  revocation_endpoint_auth_methods_supported!: string[];
}

/** A public key (RFC 7517): of Ed25519 (RFC 8037), or of RSA (RFC 7518, section 6.3). */
export class PublicKeyView {
  @ApiProperty({ enum: ['OKP', 'RSA'] })
  kty!: string;

  /** Of an Ed25519 key. */
  crv?: string;

  /** Of an Ed25519 key. */
  x?: string;

  /** Of an RSA key. */
  n?: string;

  /** Of an RSA key. */
  e?: string;

  kid!: string;

  /** The one algorithm that the key is used with. */
  @ApiProperty({ enum: ['EdDSA', 'RS256'] })
  alg!: string;

  @ApiProperty({ enum: ['sig'] })
  use!: string;
}

/** The keys that access tokens are signed with, now and until lately. */
export class KeySet {
  keys!: PublicKeyView[];
}
