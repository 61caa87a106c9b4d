import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IsAddressList } from '../../access/index.js';
import {
  IsName,
  IsSlug,
  MayBeLeftOut,
  MayBeNull,
  Timestamp,
} from '../../platform/http/validation.js';
import { IsEmailAddress } from '../users/index.js';
import type { Organization } from './organization.entity.js';

const daySeconds = 24 * 60 * 60;
const mostCallsPerMinute = 100_000;

export const organizationStatuses = ['active', 'suspended'] as const;
export type OrganizationStatus = (typeof organizationStatuses)[number];

/** What an organization settles for itself. A field that is left out of a change stays as it is. */
export class OrganizationPolicy {
  /** How long an access token of a session is good for, in seconds: 60 to 86,400. */
  @MayBeLeftOut()
  @IsInt()
  @Min(60)
  @Max(daySeconds)
  @ApiProperty({ type: 'integer', default: 900, required: false })
  access_token_ttl_seconds?: number;

  /** How long a session can be kept up without signing in again, in seconds: an hour to a year. */
  @MayBeLeftOut()
  @IsInt()
  @Min(3600)
  @Max(365 * daySeconds)
  @ApiProperty({ type: 'integer', default: 30 * daySeconds, required: false })
  refresh_token_ttl_seconds?: number;

  /** How many days a new key may live at most. Null: for ever. Keys that exist are left alone. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(3650)
  @ApiProperty({ type: 'integer', default: null, nullable: true, required: false })
  max_key_lifetime_days?: number | null;

  /** After how many days a key is due for rotation. */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(3650)
  @ApiProperty({ type: 'integer', default: 90, required: false })
  rotation_reminder_days?: number;

  /** Addresses and networks that the organization's credentials may be used from. Null: any. Must hold your own. */
  @MayBeNull()
  @IsAddressList()
  allowed_ips?: string[] | null;

  /**
   * Whether sessions have to be opened with a second factor; without, they are refused with `second_factor_required`. API keys
   * and OAuth tokens are left alone. Turning it on takes a session that was opened with one.
   */
  @MayBeLeftOut()
  @IsBoolean()
  @ApiProperty({ default: false, required: false })
  require_second_factor?: boolean;
}

/** The policy of an organization that has settled nothing. */
export const defaultPolicy: Required<OrganizationPolicy> = {
  access_token_ttl_seconds: 900,
  refresh_token_ttl_seconds: 30 * daySeconds,
  max_key_lifetime_days: null,
  rotation_reminder_days: 90,
  allowed_ips: null,
  require_second_factor: false,
};

/** An organization to make. */
export class CreateOrganization {
  /** @example 'Acme' */
  @IsName()
  name!: string;

  /**
   * Unique in the installation; made from the name when left out.
   * @example 'acme'
   */
  @MayBeLeftOut()
  @IsSlug()
  slug?: string;

  /**
   * Who owns it. Required with a platform key and refused with a session, whose user becomes the owner.
   * @example 'ada@example.com'
   */
  @MayBeLeftOut()
  @IsEmailAddress()
  owner_email?: string;
}

/** What can be changed of an organization. */
export class UpdateOrganization {
  /** @example 'Acme Inc.' */
  @MayBeLeftOut()
  @IsName()
  name?: string;

  /** @example 'acme' */
  @MayBeLeftOut()
  @IsSlug()
  slug?: string;

  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => OrganizationPolicy)
  policy?: OrganizationPolicy;

  /** Calls in any 60 seconds, 1 to 100,000; null for the installation's default. Only with a platform key. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(mostCallsPerMinute)
  @ApiProperty({ type: 'integer', nullable: true, required: false, example: 1000 })
  rate_limit_per_minute?: number | null;

  /** A suspended organization's credentials are refused with 403. Only with a platform key. */
  @MayBeLeftOut()
  @IsIn(organizationStatuses)
  @ApiProperty({ enum: organizationStatuses, required: false })
  status?: OrganizationStatus;
}

/** The tenant: everything below belongs to exactly one. */
export class OrganizationView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'Acme' */
  name!: string;

  /** @example 'acme' */
  slug!: string;

  @ApiProperty({ enum: organizationStatuses })
  status!: OrganizationStatus;

  policy!: OrganizationPolicy;

  /**
   * Calls in any 60 seconds, by all its keys and tokens together.
   * @example 100
   */
  @ApiProperty({ type: 'integer' })
  rate_limit_per_minute!: number;

  @Timestamp()
  created_at!: string;

  /** @param defaultLimit calls a minute for an organization that has no limit of its own */
  static of(organization: Organization, defaultLimit: number): OrganizationView {
    const { id, name, slug, status, policy, rateLimitPerMinute, createdAt } = organization;
    return {
      id,
      name,
      slug,
      status,
      policy: { ...defaultPolicy, ...policy },
      rate_limit_per_minute: rateLimitPerMinute ?? defaultLimit,
      created_at: createdAt.toISOString(),
    };
  }
}
