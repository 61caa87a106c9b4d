import { ApiProperty, PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import {
  IsAccessMap,
  permitted,
  roleLevels,
  type AccessMap,
  type Role,
  type RoleLevel,
} from '../../access/index.js';
import { PageQuery } from '../../platform/http/page.dto.js';
import { IsName } from '../../platform/http/validation.js';

/** A role that an organization makes for itself. */
export class CreateRole {
  /**
   * Unique among the organization's roles of this level, and no built-in role's name.
   * @example 'Uptime on call'
   */
  @IsName()
  name!: string;

  /** Whether it is held in the organization (and then in every project of it) or in one project. */
  @IsIn(roleLevels)
  @ApiProperty({ enum: roleLevels })
  level!: RoleLevel;

  /** Access by product; a product that is missing is `none`. Nobody grants what they do not hold. */
  @IsAccessMap()
  permissions!: AccessMap;
}

/** What can be changed of a role. */
export class UpdateRole extends PartialType(PickType(CreateRole, ['name', 'permissions']), {
  skipNullProperties: false,
}) {}

/** Narrows the list of roles. */
export class ListRoles extends PageQuery {
  /** Only roles of this level. */
  @IsOptional()
  @IsIn(roleLevels)
  @ApiProperty({ enum: roleLevels, required: false })
  level?: RoleLevel;
}

/** A named map of product to access. */
export class RoleView {
  /** @example '00000000-0000-7000-8000-000000000160' */
  id!: string;

  /** @example 'viewer' */
  name!: string;

  @ApiProperty({ enum: roleLevels })
  level!: RoleLevel;

  /** Whether every installation has it. Built-in roles cannot be changed or deleted. */
  built_in!: boolean;

  /** Access by product, for every product that the role reaches. */
  @IsAccessMap()
  permissions!: AccessMap;

  /** @param products every product of the installation, which a role may reach without naming it */
  static of(role: Role, builtIn: boolean, products: readonly string[]): RoleView {
    const reached = products
      .map((product) => [product, permitted(role.permissions, product)] as const)
      .filter(([product, access]) => access !== 'none' || product in role.permissions);
    const permissions = Object.fromEntries(reached);
    return { id: role.id, name: role.name, level: role.level, built_in: builtIn, permissions };
  }
}
