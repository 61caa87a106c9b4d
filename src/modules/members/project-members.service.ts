import { Injectable } from '@nestjs/common';
import { Changes, covers, holderOf, toApiError, type Grant } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { RolesService } from '../roles/index.js';
import type { MemberView } from './member.dto.js';
import { MembersRepository, type MemberRow } from './members.repository.js';
import { presentMember } from './present-member.js';

/** The roles that members hold in one project. */
@Injectable()
export class ProjectMembersService {
  constructor(
    private readonly members: MembersRepository,
    private readonly roles: RolesService,
    private readonly changes: Changes,
  ) {}

  /** Gives a member a role in a project, in place of the one that it has there. */
  set(grant: Grant, projectId: string, memberId: string, role: string): Promise<MemberView> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getMember(grant, memberId);
      const names = await this.roles.names(grant);
      const before = roleIn(row, projectId);
      const given = await this.assign(grant, projectId, memberId, role);
      if (given.id !== before) {
        const changes = { role: [(before && names.get(before)) ?? null, given.name] as const };
        const action = before === null ? 'project_member.added' : 'project_member.role_changed';
        await record({ action, target: targetOf(memberId), projectId, changes });
      }
      return presentMember(await this.getMember(grant, memberId), names, [projectId]);
    });
  }

  /** Takes a member's role in a project away. */
  remove(grant: Grant, projectId: string, memberId: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const before = roleIn(await this.getMember(grant, memberId), projectId);
      if (before === null) throw new ApiError('not_found');
      const names = await this.roles.names(grant);
      await this.members.removeProjectRole(grant, projectId, memberId);
      const changes = { role: [names.get(before) ?? null, null] as const };
      await record({
        action: 'project_member.removed',
        target: targetOf(memberId),
        projectId,
        changes,
      });
    });
  }

  /** Gives the role, within the change that is under way; nobody gives what they do not hold there. */
  async assign(grant: Grant, projectId: string, memberId: string, reference: string) {
    const role = await this.roles.resolve(grant, 'project', reference, 'role');
    const refusal = covers(grant.state, holderOf(role, projectId));
    if (refusal) throw toApiError(refusal);
    await this.members.setProjectRole(grant, projectId, memberId, role.id);
    return role;
  }

  private async getMember(grant: Grant, memberId: string): Promise<MemberRow> {
    const row = await this.members.findAnywhere(grant, memberId);
    if (!row) throw new ApiError('not_found');
    return row;
  }
}

function roleIn(row: MemberRow, projectId: string): string | null {
  return row.projects.find((held) => held.project_id === projectId)?.role_id ?? null;
}

function targetOf(id: string) {
  return { type: 'member', id };
}
