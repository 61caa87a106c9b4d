import { Injectable } from '@nestjs/common';
import {
  covers,
  CredentialsRepository,
  decide,
  holderOf,
  memberRole,
  type CredentialState,
  type Role,
} from '../../access/index.js';
import { RolesService } from '../roles/index.js';
import type { Invitation } from './invitation.entity.js';

/** What an invitation offers, as far as it is still there. */
export interface Offer {
  readonly role: Role;
  readonly projects: readonly { readonly projectId: string; readonly role: Role }[];
}

/** Whether who sent an invitation may still do that: an offer is worth what its sender holds when it is taken. */
@Injectable()
export class Senders {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly roles: RolesService,
  ) {}

  /** What the invitation offers; null when its sender could not offer that any more, or a role is gone. */
  async offer(invitation: Invitation): Promise<Offer | null> {
    const { organizationId } = invitation;
    const sender = await this.stateOf(invitation);
    const role = await this.roles.find(organizationId, invitation.roleId);
    if (!sender || !role || !mayInvite(sender) || covers(sender, holderOf(role, null))) return null;
    const ids = invitation.projects.map((project) => project.project_id);
    const existing = await this.credentials.findProjects(organizationId, ids, []);
    const projects = [];
    for (const { project_id: projectId, role_id } of invitation.projects) {
      if (!existing.some(({ id }) => id === projectId)) continue;
      const held = await this.roles.find(organizationId, role_id);
      if (!held || covers(sender, holderOf(held, projectId))) return null;
      projects.push({ projectId, role: held });
    }
    return { role, projects };
  }

  /** The key that it was sent with, else the sender with all that they hold. */
  private async stateOf(invitation: Invitation): Promise<CredentialState | null> {
    const { senderId, senderKeyId, organizationId } = invitation;
    if (senderKeyId !== null) return this.credentials.findByKeyId(senderKeyId);
    const owner = await this.credentials.findOwner(senderId, organizationId);
    return owner && { ...holderOf(memberRole, null), owner };
  }
}

/** Whether the sender, wherever they are now, could send it today. */
function mayInvite(sender: CredentialState): boolean {
  const credential = { ...sender.credential, allowedIps: null };
  const requirement = { product: 'members', access: 'read_write', organizationWide: true } as const;
  const call = { ip: null, selection: { project: null, refusal: null } };
  return decide({ ...sender, credential, tenant: null }, requirement, call).refusal === null;
}
