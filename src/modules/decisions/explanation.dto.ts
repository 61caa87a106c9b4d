import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { checkNames, type Access, type RoleLevel } from '../../access/index.js';
import { errorCatalogue, type ErrorCode } from '../../platform/http/api-error.js';
import { CheckedCredential, CheckedMember, CheckToken } from '../verification/index.js';

const codes = Object.keys(errorCatalogue);

/** What to explain: a call that a credential would make. */
export class ExplainDecision extends PickType(CheckToken, [
  'product',
  'access',
  'project_id',
  'ip',
]) {
  /**
   * An API key, a session or an OAuth client.
   * @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'
   */
  @IsUUID()
  credential_id!: string;
}

/** One check of a decision. */
export class DecisionCheck {
  @ApiProperty({ enum: checkNames, example: 'permission' })
  name!: string;

  /** @example true */
  passed!: boolean;

  /** The code that it refuses with; null when it has passed. */
  @ApiProperty({ enum: codes, nullable: true, example: null })
  code!: ErrorCode | null;

  /** @example 'It has read access to uptime.' */
  why!: string;
}

/** A role, as far as it has to be named to be given. */
export class NeededRole {
  /** @example '00000000-0000-7000-8000-000000000160' */
  id!: string;

  @ApiProperty({ enum: ['organization', 'project'] })
  level!: RoleLevel;

  /** @example 'viewer' */
  name!: string;
}

/** Something that has to be granted: to the member that owns the credential, or to the credential. */
export class NeededGrantView {
  @ApiProperty({ enum: ['member', 'credential'] })
  to!: 'member' | 'credential';

  /**
   * Of the member or the credential.
   * @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'
   */
  id!: string;

  /** @example 'uptime' */
  product!: string;

  @ApiProperty({ enum: ['read', 'read_write'] })
  access!: Access;

  /** To a member: the smallest built-in role that gives the access. */
  role!: NeededRole | null;

  /** To a member: the project where it is to hold the role; null for a role in the organization. */
  project_id!: string | null;
}

/** What a credential would be answered, and why. */
export class Explanation {
  /** Whether the call would pass, as far as the rate limit lets it. */
  allowed!: boolean;

  /** The code of the refusal: that of the first check that fails. */
  @ApiProperty({ enum: codes, nullable: true, example: null })
  code!: ErrorCode | null;

  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  organization_id!: string | null;

  /** The project that the call would be about. */
  project_id!: string | null;

  /** Null for a platform key. */
  member!: CheckedMember | null;

  credential!: CheckedCredential;

  /** The effective access to the product. */
  @ApiProperty({ enum: ['none', 'read', 'read_write'] })
  access!: Access;

  /**
   * In the order in which they are made, also those behind the first that fails; none behind a project that cannot be
   * used, since the permission hangs on it.
   */
  checks!: DecisionCheck[];

  /**
   * The least that would make the call pass: all of it has to be granted. Null when the call passes, when something else
   * stands in the way, and when no grant would do.
   */
  grant!: NeededGrantView[] | null;
}
