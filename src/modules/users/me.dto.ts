import { ApiProperty } from '@nestjs/swagger';
import { IsAccessMap, type Access, type CredentialScope } from '../../access/index.js';

/** The organization that a credential belongs to. */
export class MyOrganization {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'acme' */
  slug!: string;

  /** @example 'Acme' */
  name!: string;
}

/** The credential that a call was made with. */
export class MyCredential {
  @ApiProperty({ enum: ['api_key', 'session', 'oauth'] })
  type!: string;

  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  @ApiProperty({ enum: ['organization', 'project', 'platform'] })
  scope!: CredentialScope;
}

/** Who a credential acts for and what it may do. */
export class Me {
  /** The member; for a platform key, the key. */
  id!: string;

  @ApiProperty({ enum: ['human', 'service_account', 'platform'] })
  type!: string;

  /**
   * Only for humans.
   * @example 'ada@example.com'
   */
  email?: string;

  /** @example 'Ada' */
  name!: string;

  /** Null for a platform key. */
  organization!: MyOrganization | null;

  /**
   * The role in the organization; null for a platform key.
   * @example 'owner'
   */
  role!: string | null;

  @ApiProperty({ enum: ['active'] })
  status!: string;

  credential!: MyCredential;

  /** Effective access by product: in the selected project when one is selected, else in the organization as a whole. */
  @IsAccessMap()
  permissions!: Record<string, Access>;
}
