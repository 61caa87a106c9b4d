import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsProduct, type Access, type MemberType } from '../../access/index.js';
import { errorCatalogue, type ErrorCode } from '../../platform/http/api-error.js';
import { IsAddress, IsSlug, MayBeLeftOut } from '../../platform/http/validation.js';

/** Of a batch: with tokens of the usual size it stays below the 64 KiB of a body. */
const mostChecks = 100;

/** A token that an API was called with, and what the call needs. */
export class CheckToken {
  /**
   * An API key, or the access token of a session or an OAuth client, as it stood behind `Bearer`.
   * @example 'sk_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @IsString()
  @MaxLength(8192)
  token!: string;

  /**
   * The product that the call reaches for.
   * @example 'uptime'
   */
  @IsProduct()
  product!: string;

  /** The access that the call needs. */
  @IsIn(['read', 'read_write'])
  @ApiProperty({ enum: ['read', 'read_write'], example: 'read' })
  access!: 'read' | 'read_write';

  /** The project that the call is about. A project-scoped key needs none; others do for an operator's product. */
  @MayBeLeftOut()
  @IsUUID()
  project_id?: string;

  /**
   * The same by its slug.
   * @example 'website'
   */
  @MayBeLeftOut()
  @IsSlug()
  project_slug?: string;

  /**
   * The address that the call came from. Left out, a key or organization with an address list is `ip_not_allowed`.
   * @example '192.0.2.1'
   */
  @MayBeLeftOut()
  @IsAddress()
  ip?: string;
}

/** Tokens to check together. */
export class CheckTokens {
  /** 1 to 100 checks, 64 KiB in all. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(mostChecks)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CheckToken)
  checks!: CheckToken[];
}

/** The member that a token acts for. */
export class CheckedMember {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  @ApiProperty({ enum: ['human', 'service_account'] })
  type!: MemberType;

  /** @example 'Ada' */
  name!: string;
}

/** The credential behind a token. */
export class CheckedCredential {
  @ApiProperty({ enum: ['api_key', 'session', 'oauth'] })
  type!: string;

  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'Status page reader' */
  name!: string;
}

/** Where the token stands with its limit after this check. */
export class CheckedLimit {
  /**
   * Calls in any 60 seconds.
   * @example 100
   */
  @ApiProperty({ type: 'integer' })
  limit!: number;

  /** @example 37 */
  @ApiProperty({ type: 'integer' })
  remaining!: number;

  /**
   * Seconds until the oldest counted call leaves the window; past the limit, until a check can succeed: `Retry-After`.
   * @example 22
   */
  @ApiProperty({ type: 'integer' })
  reset_seconds!: number;
}

/** Whether a call may pass. What is not known of it is null: of an invalid token, everything. */
export class TokenCheck {
  /** Whether the call may pass. */
  valid!: boolean;

  /** The code of the refusal; null when the call may pass. */
  @ApiProperty({ enum: Object.keys(errorCatalogue), nullable: true, example: null })
  code!: ErrorCode | null;

  /**
   * What the refused caller may be told; null when the call may pass.
   * @example null
   */
  message!: string | null;

  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  organization_id!: string | null;

  /** The project that the call is about. */
  project_id!: string | null;

  /** Null for a platform key. */
  member!: CheckedMember | null;

  credential!: CheckedCredential | null;

  /** The effective access to the product, which may be more than was asked for. */
  @ApiProperty({ enum: ['none', 'read', 'read_write'], nullable: true, example: 'read_write' })
  access!: Access | null;

  /** Null when the check did not count: of an invalid token, a platform key, or what was refused before the limit. */
  rate_limit!: CheckedLimit | null;
}

/** The answers to checks that were asked together, in their order. */
export class TokenCheckResults {
  results!: TokenCheck[];
}
