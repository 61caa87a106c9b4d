import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { ShownOnce } from '../../platform/http/shown-once.js';
import { IsName, MayBeLeftOut, Timestamp } from '../../platform/http/validation.js';

const longestOverlapSeconds = 7 * 24 * 60 * 60;

/** An OAuth client to make. Nothing is required. */
export class CreateClient {
  /**
   * What the client is: `OAuth client` unless given.
   * @example 'Billing job'
   */
  @MayBeLeftOut()
  @IsName()
  name?: string;

  /**
   * What its tokens may reach at most, in words separated by spaces: `read`, `write` (on all that the service account
   * has), `<product>:read`, `<product>:write`. Left out: all that the service account has. Neither its access nor yours
   * can be exceeded.
   * @example 'read'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(4000)
  scope?: string;
}

/** What can be changed of a client. */
export class UpdateClient extends PartialType(CreateClient, { skipNullProperties: false }) {}

/** How a client is given a new secret. */
export class RotateClient {
  /** How long the old secret is still good for: at most 7 days, by default not at all. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(longestOverlapSeconds)
  @ApiProperty({
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: longestOverlapSeconds,
    required: false,
  })
  overlap_seconds?: number;
}

/** A client, with its secret: this is the only time that it is shown. */
export class ClientWithSecret {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  client_id!: string;

  /**
   * What it authenticates itself with at `/oauth/token`. Null in the answer to a repeated request.
   * @example 'cs_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @ShownOnce()
  client_secret!: string | null;

  /** @example 'Billing job' */
  name!: string;

  /**
   * What its tokens may reach at most.
   * @example 'read'
   */
  scope!: string;

  @Timestamp()
  created_at!: string;

  /** The member that made it. */
  created_by!: string | null;

  /** When it was last given a new secret. */
  @Timestamp()
  rotated_at!: string | null;
}

/** A client. Its secret is never shown again. */
export class ClientView extends OmitType(ClientWithSecret, ['client_secret']) {}
