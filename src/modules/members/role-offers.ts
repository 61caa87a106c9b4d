import { Injectable } from '@nestjs/common';
import {
  covers,
  CredentialsRepository,
  holderOf,
  toApiError,
  type CredentialState,
  type Grant,
  type Role,
} from '../../access/index.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { RolesService } from '../roles/index.js';
import type { ProjectRole } from './member.dto.js';

/** Roles that somebody will be given, as they are kept until then. */
export interface OfferedRoles {
  readonly roleId: string;
  readonly projects: readonly OfferedProject[];
}

/** A role in one project that comes with an offer. */
export interface OfferedProject {
  readonly project_id: string;
  readonly role_id: string;
}

/** What an offer gives, as far as it is still there. */
export interface Offer {
  readonly role: Role;
  readonly projects: readonly { readonly projectId: string; readonly role: Role }[];
}

/** Roles that are offered today and given on another day. */
@Injectable()
export class RoleOffers {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly roles: RolesService,
  ) {}

  /**
   * Settles an offer. Nobody offers what they do not hold.
   *
   * @param field names the role in a refusal
   */
  async settle(
    grant: Grant,
    role: string,
    projects: readonly ProjectRole[],
    field = 'role',
  ): Promise<OfferedRoles> {
    const { id: roleId } = await this.grantable(grant, 'organization', role, null, field);
    const ids = projects.map((project) => project.project_id.toLowerCase());
    if (new Set(ids).size < ids.length) throw invalidField('projects', 'names a project twice');
    const known = await this.credentials.findProjects(grant.organizationId, ids, []);
    if (known.length < ids.length) throw new ApiError('project_not_found');
    const offered: OfferedProject[] = [];
    for (const held of projects) {
      const id = held.project_id.toLowerCase();
      const { id: role_id } = await this.grantable(grant, 'project', held.role, id, field);
      offered.push({ project_id: id, role_id });
    }
    return { roleId, projects: offered };
  }

  /**
   * What an offer gives now. Projects that have gone are left out.
   *
   * @param mayBeGiven says of each role's holder whether it may be made today
   * @returns null when a role is gone or may not be given any more
   */
  async standing(
    organizationId: string,
    { roleId, projects }: OfferedRoles,
    mayBeGiven: (holder: CredentialState) => boolean,
  ): Promise<Offer | null> {
    const role = await this.roles.find(organizationId, roleId);
    if (!role || !mayBeGiven(holderOf(role, null))) return null;
    const ids = projects.map((project) => project.project_id);
    const existing = await this.credentials.findProjects(organizationId, ids, []);
    const given = [];
    for (const { project_id: projectId, role_id } of projects) {
      if (!existing.some(({ id }) => id === projectId)) continue;
      const held = await this.roles.find(organizationId, role_id);
      if (!held || !mayBeGiven(holderOf(held, projectId))) return null;
      given.push({ projectId, role: held });
    }
    return { role, projects: given };
  }

  private async grantable(
    grant: Grant,
    level: 'organization' | 'project',
    reference: string,
    projectId: string | null,
    field: string,
  ): Promise<Role> {
    const role = await this.roles.resolve(grant, level, reference, field);
    const refusal = covers(grant.state, holderOf(role, projectId));
    if (refusal) throw toApiError(refusal);
    return role;
  }
}
