import { ApiProperty, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import {
  IsAccessMap,
  IsAddressList,
  ProjectPageQuery,
  type AccessMap,
  type CredentialScope,
} from '../../access/index.js';
import { ShownOnce } from '../../platform/http/shown-once.js';
import {
  IsName,
  IsTimestamp,
  MayBeLeftOut,
  MayBeNull,
  Timestamp,
} from '../../platform/http/validation.js';

export const keyStatuses = ['active', 'disabled', 'expired', 'revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

const longestOverlapSeconds = 7 * 24 * 60 * 60;

/** A key to make. Only the name is required. */
export class CreateApiKey {
  /**
   * What the key is for.
   * @example 'Status page reader'
   */
  @IsName()
  name!: string;

  /**
   * What the key reaches: the organization, or one project. Left out: `project` when a project is named, else
   * `organization`. A platform key makes platform keys only.
   */
  @MayBeLeftOut()
  @IsIn(['organization', 'project', 'platform'])
  @ApiProperty({ enum: ['organization', 'project', 'platform'], required: false })
  scope?: CredentialScope;

  /** The project of a project-scoped key. */
  @MayBeLeftOut()
  @IsUUID()
  project_id?: string;

  /**
   * Access by product; a product that is missing is `none`. Null or left out: all that the owner has. Neither the
   * owner's access nor yours can be exceeded.
   */
  @MayBeNull()
  @IsAccessMap()
  product_scopes?: AccessMap | null;

  /** The member that the key acts for: you, unless another is named. */
  @MayBeLeftOut()
  @IsUUID()
  owner_id?: string;

  /**
   * From when on the key is refused. Null: never, or as late as the organization's policy allows.
   * @example '2027-01-31T00:00:00Z'
   */
  @MayBeNull()
  @IsTimestamp()
  expires_at?: string | null;

  /**
   * Until when the key is refused.
   * @example '2026-12-01T00:00:00Z'
   */
  @MayBeNull()
  @IsTimestamp()
  not_before?: string | null;

  /** Addresses and networks that the key may be used from. Null: any. */
  @MayBeNull()
  @IsAddressList()
  allowed_ips?: string[] | null;
}

/** What can be changed of a key. */
export class UpdateApiKey extends PartialType(
  PickType(CreateApiKey, ['name', 'product_scopes', 'expires_at', 'allowed_ips']),
  { skipNullProperties: false },
) {
  /** False: the key is refused until it is set to true again. */
  @MayBeLeftOut()
  @IsBoolean()
  is_active?: boolean;
}

/** How a key is given a new secret. */
export class RotateApiKey {
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

/** Narrows the list of keys. */
export class ListApiKeys extends ProjectPageQuery {
  /** Only keys of this member. */
  @IsOptional()
  @IsUUID()
  owner_id?: string;

  /** Only keys in this state. */
  @IsOptional()
  @IsIn(keyStatuses)
  @ApiProperty({ enum: keyStatuses, required: false })
  status?: KeyStatus;
}

/** The member that a key acts for. */
export class ApiKeyOwner {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  @ApiProperty({ enum: ['human', 'service_account'] })
  type!: 'human' | 'service_account';

  /** @example 'Deploy bot' */
  name!: string;
}

/** A key, with its secret: this is the only time that it is shown. */
export class ApiKeyWithSecret {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /**
   * The bearer secret. Null in the answer to a repeated request.
   * @example 'sk_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @ShownOnce()
  secret!: string | null;

  /** @example 'Status page reader' */
  name!: string;

  /**
   * The first 10 characters of the secret.
   * @example 'sk_3zK9vQm'
   */
  prefix!: string;

  @ApiProperty({ enum: ['organization', 'project', 'platform'] })
  scope!: CredentialScope;

  /** The project of a project-scoped key. */
  project_id!: string | null;

  /** Null: all that the owner has. */
  @IsAccessMap()
  @ApiProperty({ nullable: true, type: 'object', additionalProperties: { type: 'string' } })
  product_scopes!: AccessMap | null;

  /** Null for a platform key. */
  owner!: ApiKeyOwner | null;

  @ApiProperty({ enum: keyStatuses })
  status!: KeyStatus;

  is_active!: boolean;
  @Timestamp()
  created_at!: string;

  /** The member or platform key that made it; null for the first key of an installation. */
  created_by!: string | null;

  @Timestamp()
  expires_at!: string | null;
  @Timestamp()
  not_before!: string | null;

  /** When a call was last let in by it. */
  @Timestamp()
  last_used_at!: string | null;

  /** How many calls it made, save those refused with 401 or 429. */
  @ApiProperty({ type: 'integer', example: 1284 })
  request_count!: number;

  /** When the organization's policy would have it rotated. */
  @Timestamp()
  rotation_due_at!: string;

  @IsAddressList()
  allowed_ips!: string[] | null;
}

/** A key. Its secret is never shown again. */
export class ApiKeyView extends OmitType(ApiKeyWithSecret, ['secret']) {}
