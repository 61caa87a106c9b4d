import { Injectable } from '@nestjs/common';
import {
  actsAsOwner,
  Changes,
  covers,
  fieldChanges,
  holderOf,
  ownerRole,
  ownersOnly,
  toApiError,
  type Grant,
  type MemberType,
  type Recorder,
  type Role,
} from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { ApiKeysService } from '../api-keys/index.js';
import { RolesService } from '../roles/index.js';
import type { MemberStatus, MemberView, UpdateMember } from './member.dto.js';
import type { Member } from './member.entity.js';
import { MembersRepository, type MemberRow } from './members.repository.js';
import { presentMember } from './present-member.js';

/** The humans and service accounts of an organization. */
@Injectable()
export class MembersService {
  constructor(
    private readonly members: MembersRepository,
    private readonly roles: RolesService,
    private readonly apiKeys: ApiKeysService,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  /** @param type only members of this type, null for all */
  async list(
    grant: Grant,
    query: PageQuery,
    type: MemberType | null = null,
  ): Promise<Page<MemberView>> {
    const roleNames = await this.roles.names(grant);
    return this.pages.read(
      `members ${grant.organizationId} ${grant.projectId} ${type}`,
      query,
      (slice) => this.members.list(grant, type, slice),
      (row) => row.id,
      (row) => presentMember(row, roleNames),
    );
  }

  async get(grant: Grant, id: string, type: MemberType | null = null): Promise<MemberView> {
    return this.present(grant, await this.getRow(grant, id, type));
  }

  update(
    grant: Grant,
    id: string,
    input: UpdateMember,
    type: MemberType | null = null,
  ): Promise<MemberView> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getRow(grant, id, type);
      const role = input.role === undefined ? null : await this.grantable(grant, input.role);
      const roleId = role?.id ?? row.role_id;
      const status = input.status ?? row.status;
      if ([roleId, row.role_id].includes(ownerRole.id)) checkActsAsOwner(grant);
      if (roleId !== ownerRole.id || status !== 'active') await this.checkNotLastOwner(grant, row);
      await this.members.update(grant, id, { name: input.name ?? row.name, roleId, status });
      return this.recordUpdate(grant, row, record);
    });
  }

  /** Removes a member and revokes its keys. */
  delete(grant: Grant, id: string, type: MemberType | null = null): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getRow(grant, id, type);
      if (row.role_id === ownerRole.id) checkActsAsOwner(grant);
      await this.checkNotLastOwner(grant, row);
      await this.apiKeys.revokeAll({ ownerId: id }, record);
      await this.members.delete(grant, id);
      await record({ action: 'member.removed', target: { type: 'member', id } });
    });
  }

  /** Makes a user an owner of an organization, within the change that is under way. */
  async addOwner(
    organizationId: string,
    user: { readonly id: string; readonly name: string },
    record: Recorder,
  ): Promise<string> {
    const id = newId();
    const { id: userId, name } = user;
    const roleId = ownerRole.id;
    await this.members.insert({ id, organizationId, type: 'human', userId, name, roleId });
    const changes = { role: [null, ownerRole.name] as const };
    await record({ action: 'member.added', isNew: true, target: { type: 'member', id }, changes });
    return id;
  }

  /** Tells whether the organization has a human with this e-mail address. */
  hasHuman(organizationId: string, emailKey: string): Promise<boolean> {
    return this.members.hasHuman(organizationId, emailKey);
  }

  /** Makes a user a member of an organization, within the change that is under way. What they are given is settled. */
  async join(
    member: Pick<Member, 'id' | 'organizationId' | 'name'> & { readonly userId: string },
    role: Role,
    projects: readonly { readonly projectId: string; readonly role: Role }[],
    record: Recorder,
  ): Promise<MemberView> {
    const { id, organizationId } = member;
    await this.members.insert({ ...member, type: 'human', roleId: role.id });
    for (const held of projects)
      await this.members.setProjectRole({ organizationId }, held.projectId, id, held.role.id);
    const row = await this.members.find({ organizationId, projectId: null, projects: 'all' }, id);
    if (!row) throw new ApiError('not_found');
    const view = presentMember(row, await this.roles.names({ organizationId }));
    const changes = fieldChanges<MemberView>(null, view, ['role', 'projects']);
    await record({ action: 'member.added', isNew: true, target: { type: 'member', id }, changes });
    return view;
  }

  /** The membership that a user signs in to: in the organization named, or the oldest. */
  findMembership(userId: string, organization: string | null) {
    return this.members.findMembership(userId, organization);
  }

  private async grantable(grant: Grant, reference: string): Promise<Role> {
    const role = await this.roles.resolve(grant, 'organization', reference, 'role');
    const refusal = covers(grant.state, holderOf(role, null));
    if (refusal) throw toApiError(refusal);
    return role;
  }

  private async checkNotLastOwner(grant: Grant, row: MemberRow): Promise<void> {
    if (row.role_id !== ownerRole.id || row.type !== 'human' || row.status !== 'active') return;
    if (!(await this.members.hasOtherOwner(grant, row.id))) throw new ApiError('last_owner');
  }

  private async recordUpdate(
    grant: Grant,
    before: MemberRow,
    record: Recorder,
  ): Promise<MemberView> {
    const was = await this.present(grant, before);
    const now = await this.get(grant, before.id);
    const target = { type: 'member', id: before.id };
    const parts = [
      ['member.updated', 'name'],
      ['member.role_changed', 'role'],
      [statusActions[now.status], 'status'],
    ] as const;
    for (const [action, field] of parts) {
      const changes = fieldChanges<MemberView>(was, now, [field]);
      if (Object.keys(changes).length > 0) await record({ action, target, changes });
    }
    return now;
  }

  private async getRow(grant: Grant, id: string, type: MemberType | null): Promise<MemberRow> {
    const row = await this.members.find(grant, id);
    if (!row || (type !== null && row.type !== type)) throw new ApiError('not_found');
    return row;
  }

  private async present(grant: Grant, row: MemberRow): Promise<MemberView> {
    return presentMember(row, await this.roles.names(grant));
  }
}

const statusActions: Readonly<Record<MemberStatus, string>> = {
  active: 'member.reactivated',
  deactivated: 'member.deactivated',
};

function checkActsAsOwner(grant: Grant): void {
  if (!actsAsOwner(grant.state)) throw toApiError(ownersOnly());
}
