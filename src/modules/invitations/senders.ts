import { Injectable } from '@nestjs/common';
import {
  covers,
  CredentialsRepository,
  decide,
  holderOf,
  memberRole,
  type CredentialState,
} from '../../access/index.js';
import { RoleOffers, type Offer } from '../members/index.js';
import type { Invitation } from './invitation.entity.js';

/** Whether who sent an invitation may still do that: an offer is worth what its sender holds when it is taken. */
@Injectable()
export class Senders {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly offers: RoleOffers,
  ) {}

  /** What the invitation offers; null when its sender could not offer that any more, or a role is gone. */
  async offer(invitation: Invitation): Promise<Offer | null> {
    const sender = await this.stateOf(invitation);
    if (!sender || !mayInvite(sender)) return null;
    return this.offers.standing(
      invitation.organizationId,
      invitation,
      (holder) => covers(sender, holder) === null,
    );
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
