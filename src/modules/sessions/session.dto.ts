import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { MayBeLeftOut } from '../../platform/http/validation.js';

/** Who signs in, and where. */
export class Login {
  /** @example 'ada@example.com' */
  @IsString()
  @MaxLength(254)
  email!: string;

  /** @example 'correct horse battery staple' */
  @IsString()
  @MaxLength(128)
  password!: string;

  /**
   * The organization's id or slug; the oldest membership unless given.
   * @example 'acme'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(100)
  organization?: string;
}

/** A session's access token, to be sent as a bearer token. */
export class SessionTokens {
  /** A signed token. It is never enough by itself: the session behind it is looked up at every call. */
  @ApiProperty({ example: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type!: string;

  /** Seconds until the access token is refused. */
  @ApiProperty({ type: 'integer', example: 900 })
  expires_in!: number;
}
