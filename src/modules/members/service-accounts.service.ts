import { Injectable } from '@nestjs/common';
import {
  Changes,
  covers,
  CredentialsRepository,
  fieldChanges,
  holderOf,
  memberRole,
  toApiError,
  type Grant,
} from '../../access/index.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { RolesService } from '../roles/index.js';
import type { CreateServiceAccount, MemberView, ProjectRole } from './member.dto.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { ProjectMembersService } from './project-members.service.js';

/** Members without a password, which act by their keys. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    private readonly members: MembersRepository,
    private readonly membersService: MembersService,
    private readonly projectMembers: ProjectMembersService,
    private readonly credentials: CredentialsRepository,
    private readonly roles: RolesService,
    private readonly changes: Changes,
  ) {}

  create(grant: Grant, input: CreateServiceAccount): Promise<MemberView> {
    const projects = input.projects ?? [];
    return this.changes.run(grant, async (record) => {
      const { organizationId } = grant;
      await this.checkProjects(organizationId, projects);
      const wanted = input.role ?? memberRole.name;
      const role = await this.roles.resolve(grant, 'organization', wanted, 'role');
      const refusal = covers(grant.state, holderOf(role, null));
      if (refusal) throw toApiError(refusal);
      const id = newId();
      const { name } = input;
      const member = { id, organizationId, name, userId: null, roleId: role.id };
      await this.members.insert({ ...member, type: 'service_account' });
      for (const { project_id, role: projectRole } of projects)
        await this.projectMembers.assign(grant, project_id, id, projectRole);
      const view = await this.membersService.get(grant, id);
      const changes = fieldChanges<MemberView>(null, view, ['name', 'role', 'projects']);
      await record({
        action: 'service_account.created',
        isNew: true,
        target: { type: 'member', id },
        changes,
      });
      return view;
    });
  }

  private async checkProjects(
    organizationId: string,
    projects: readonly ProjectRole[],
  ): Promise<void> {
    const ids = projects.map((project) => project.project_id.toLowerCase());
    if (new Set(ids).size < ids.length) throw invalidField('projects', 'names a project twice');
    const known = await this.credentials.findProjects(organizationId, ids, []);
    if (known.length < ids.length) throw new ApiError('project_not_found');
  }
}
