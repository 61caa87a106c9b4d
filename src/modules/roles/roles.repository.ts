import { Injectable } from '@nestjs/common';
import type { Grant, RoleLevel } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { CustomRole } from './role.entity.js';

/** Roles that organizations made, each seen by its own organization only. */
@Injectable()
export class RolesRepository {
  constructor(private readonly database: Database) {}

  /** Every custom role of the organization, newest first. */
  list({ organizationId }: Pick<Grant, 'organizationId'>): Promise<CustomRole[]> {
    return this.database.of(CustomRole).find({ where: { organizationId }, order: { id: 'DESC' } });
  }

  find({ organizationId }: Pick<Grant, 'organizationId'>, id: string): Promise<CustomRole | null> {
    return this.database.of(CustomRole).findOneBy({ organizationId, id });
  }

  findByName(
    { organizationId }: Grant,
    level: RoleLevel,
    name: string,
  ): Promise<CustomRole | null> {
    return this.database.of(CustomRole).findOneBy({ organizationId, level, name });
  }

  async insert(role: Omit<CustomRole, 'createdAt'>): Promise<void> {
    await this.database.of(CustomRole).insert(role);
  }

  async update(
    { organizationId }: Grant,
    id: string,
    { name, permissions }: Pick<CustomRole, 'name' | 'permissions'>,
  ): Promise<void> {
    await this.database.of(CustomRole).update({ organizationId, id }, { name, permissions });
  }

  async delete({ organizationId }: Grant, id: string): Promise<void> {
    await this.database.of(CustomRole).delete({ organizationId, id });
  }

  /** Tells whether any member holds the role, in the organization or in a project. */
  async isHeld(id: string): Promise<boolean> {
    const [row] = await this.database.rows<{ held: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM member WHERE role_id = $1 AND deleted_at IS NULL)
         OR EXISTS (SELECT 1 FROM project_member WHERE role_id = $1) AS held`,
      [id],
    );
    return row?.held ?? false;
  }
}
