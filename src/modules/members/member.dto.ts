import { ApiProperty, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { MemberType } from '../../access/index.js';
import { IsName, MayBeLeftOut, Timestamp } from '../../platform/http/validation.js';

export const memberStatuses = ['active', 'deactivated'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** A role in one project. */
export class ProjectRole {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  @IsUUID()
  project_id!: string;

  /**
   * `admin`, `editor`, `viewer`, or the name or id of one of the organization's own roles.
   * @example 'viewer'
   */
  @IsString()
  @MaxLength(100)
  role!: string;
}

/** The role to give in a project. */
export class SetProjectRole extends PickType(ProjectRole, ['role']) {}

/** What can be changed of a member. */
export class UpdateMember {
  /** @example 'Ada Lovelace' */
  @MayBeLeftOut()
  @IsName()
  name?: string;

  /**
   * `owner`, `admin`, `member`, or the name or id of one of the organization's own roles.
   * @example 'admin'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(100)
  role?: string;

  /** A deactivated member's credentials are refused with 403 until it is active again. */
  @MayBeLeftOut()
  @IsIn(memberStatuses)
  @ApiProperty({ enum: memberStatuses, required: false })
  status?: MemberStatus;
}

/** A service account to make. */
export class CreateServiceAccount {
  /** @example 'Deploy bot' */
  @IsName()
  name!: string;

  /**
   * Its role in the organization: `member` unless given.
   * @example 'member'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(100)
  role?: string;

  /** Its roles in projects. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ProjectRole)
  projects?: ProjectRole[];
}

/** What can be changed of a service account. */
export class UpdateServiceAccount extends PartialType(UpdateMember, {
  skipNullProperties: false,
}) {}

/** Someone in an organization: a human or a service account. */
export class MemberView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  @ApiProperty({ enum: ['human', 'service_account'] })
  type!: MemberType;

  /** @example 'Deploy bot' */
  name!: string;

  /**
   * Only for humans.
   * @example 'ada@example.com'
   */
  email?: string;

  /**
   * The role in the organization.
   * @example 'member'
   */
  role!: string;

  @ApiProperty({ enum: memberStatuses })
  status!: MemberStatus;

  /** The roles in projects, as far as you may see the projects. */
  projects!: ProjectRole[];

  @Timestamp()
  created_at!: string;
}
