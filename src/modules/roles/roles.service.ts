import { Injectable } from '@nestjs/common';
import {
  builtInRoles,
  Changes,
  covers,
  customRole,
  fieldChanges,
  holderOf,
  toApiError,
  type Grant,
  type Role,
  type RoleLevel,
} from '../../access/index.js';
import { violates } from '../../platform/database/database-error.js';
import { ApiError } from '../../platform/http/api-error.js';
import { isId, newId } from '../../platform/http/ids.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { ProductsService } from '../products/index.js';
import { RoleView, type CreateRole, type ListRoles, type UpdateRole } from './role.dto.js';
import type { CustomRole } from './role.entity.js';
import { RolesRepository } from './roles.repository.js';

const recorded = ['name', 'level', 'permissions'] as const;

/** Built-in roles and those that an organization made for itself. */
@Injectable()
export class RolesService {
  constructor(
    private readonly roles: RolesRepository,
    private readonly products: ProductsService,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  async list(grant: Grant, query: ListRoles): Promise<Page<RoleView>> {
    const products = await this.products.slugs();
    return this.pages.read(
      `roles ${grant.organizationId} ${query.level ?? ''}`,
      query,
      async ({ after, count }) => {
        const all = await this.all(grant);
        const listed = all.filter(
          (role) => query.level === undefined || role.level === query.level,
        );
        const start = listed.findIndex((role) => role.id === after) + 1;
        return listed.slice(start, start + count);
      },
      (role) => role.id,
      (role) => RoleView.of(role, isBuiltInRole(role), products),
    );
  }

  async get(grant: Grant, id: string): Promise<RoleView> {
    const role = (await this.all(grant)).find((candidate) => candidate.id === id);
    if (!role) throw new ApiError('not_found');
    return RoleView.of(role, isBuiltInRole(role), await this.products.slugs());
  }

  create(grant: Grant, input: CreateRole): Promise<RoleView> {
    return this.changes.run(grant, async (record) => {
      await this.products.checkNames('permissions', input.permissions);
      const role = customRole(newId(), input.name, input.level, input.permissions);
      this.checkCovered(grant, role);
      checkName(role);
      const { id, name, level, permissions } = role;
      const { organizationId } = grant;
      await nameTaken(this.roles.insert({ id, organizationId, name, level, permissions }));
      const changes = fieldChanges(null, role, recorded);
      await record({ action: 'role.created', isNew: true, target: targetOf(id), changes });
      return RoleView.of(role, false, await this.products.slugs());
    });
  }

  update(grant: Grant, id: string, input: UpdateRole): Promise<RoleView> {
    return this.changes.run(grant, async (record) => {
      if (input.permissions) await this.products.checkNames('permissions', input.permissions);
      const before = await this.getCustom(grant, id);
      const name = input.name ?? before.name;
      const role = customRole(id, name, before.level, input.permissions ?? before.permissions);
      if (input.permissions) this.checkCovered(grant, role);
      checkName(role);
      await nameTaken(this.roles.update(grant, id, role));
      const changes = fieldChanges<Pick<Role, 'name' | 'level' | 'permissions'>>(
        before,
        role,
        recorded,
      );
      await record({ action: 'role.updated', target: targetOf(id), changes });
      return RoleView.of(role, false, await this.products.slugs());
    });
  }

  delete(grant: Grant, id: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      await this.getCustom(grant, id);
      if (await this.roles.isHeld(id))
        throw new ApiError('conflict', { message: 'The role is still held by a member.' });
      await this.roles.delete(grant, id);
      await record({ action: 'role.deleted', target: targetOf(id) });
    });
  }

  /**
   * The role of a level that a name or an id stands for.
   *
   * @throws ApiError `invalid_request` that names the field
   */
  async resolve(grant: Grant, level: RoleLevel, reference: string, field: string): Promise<Role> {
    const builtIn = builtInRoles.find(
      (role) => role.level === level && [role.name, role.id].includes(reference),
    );
    if (builtIn) return builtIn;
    const found = isId(reference)
      ? await this.roles.find(grant, reference)
      : await this.roles.findByName(grant, level, reference);
    if (found?.level === level) return roleOf(found);
    throw new ApiError('invalid_request', {
      details: [{ field, message: `is no role of the ${level}` }],
    });
  }

  /** The role of an organization with an id, built in or its own. */
  async find(organizationId: string, id: string): Promise<Role | null> {
    const builtIn = builtInRoles.find((role) => role.id === id);
    if (builtIn) return builtIn;
    const found = await this.roles.find({ organizationId }, id);
    return found && roleOf(found);
  }

  /** What every role of the organization is called, by id. */
  async names(grant: Pick<Grant, 'organizationId'>): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.all(grant)).map((role) => [role.id, role.name]));
  }

  private async all(grant: Pick<Grant, 'organizationId'>): Promise<Role[]> {
    const custom = await this.roles.list(grant);
    return [...custom.map(roleOf), ...builtInRoles];
  }

  private async getCustom(grant: Grant, id: string): Promise<CustomRole> {
    if (builtInRoles.some((role) => role.id === id))
      throw new ApiError('conflict', { message: 'A built-in role cannot be changed or deleted.' });
    const role = await this.roles.find(grant, id);
    if (!role) throw new ApiError('not_found');
    return role;
  }

  private checkCovered(grant: Grant, role: Role): void {
    const refusal = covers(
      grant.state,
      holderOf(role, role.level === 'project' ? anyProject : null),
    );
    if (refusal) throw toApiError(refusal);
  }
}

/** A project role may be given in any project, so its maker must hold it in every one. */
const anyProject = '';

function isBuiltInRole(role: Role): boolean {
  return builtInRoles.includes(role);
}

function checkName({ name, level }: Role): void {
  if (builtInRoles.some((role) => role.level === level && role.name === name.toLowerCase()))
    throw new ApiError('conflict', { message: 'A built-in role has this name.' });
}

async function nameTaken(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!violates(error, 'role_name')) throw error;
    throw new ApiError('conflict', {
      message: 'A role of this level has this name.',
      cause: error,
    });
  }
}

function roleOf({ id, name, level, permissions }: CustomRole): Role {
  return customRole(id, name, level, permissions);
}

function targetOf(id: string) {
  return { type: 'role', id };
}
