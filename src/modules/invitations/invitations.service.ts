import { Injectable } from '@nestjs/common';
import { Changes, fieldChanges, type Grant } from '../../access/index.js';
import { PublicUrl } from '../../platform/config/config.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { mintToken } from '../../platform/crypto/token-format.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { Mailer } from '../../platform/mail/mailer.js';
import { MembersService, RoleOffers } from '../members/index.js';
import { RolesService } from '../roles/index.js';
import { emailKey, UsersService } from '../users/index.js';
import { InvitationView, type CreateInvitation, type NewInvitationView } from './invitation.dto.js';
import type { Invitation } from './invitation.entity.js';
import { InvitationsRepository } from './invitations.repository.js';

/**
 * So many invitations an organization may send in 7 days before some are accepted, and so many to one address: each is a mail
 * to somebody who did not ask for it. One that is taken back has been sent.
 */
const mostSent = { toAnybody: 1_000, toAddress: 3 };

/** People who are invited to an organization. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly roles: RolesService,
    private readonly offers: RoleOffers,
    private readonly changes: Changes,
    private readonly hasher: SecretHasher,
    private readonly mailer: Mailer,
    private readonly publicUrl: PublicUrl,
    private readonly pages: Pages,
  ) {}

  async list(grant: Grant, query: PageQuery): Promise<Page<InvitationView>> {
    const roleNames = await this.roles.names(grant);
    return this.pages.read(
      `invitations ${grant.organizationId}`,
      query,
      (slice) => this.invitations.list(grant, slice),
      (invitation) => invitation.id,
      (invitation) => InvitationView.of(invitation, roleNames),
    );
  }

  /** Invites somebody. Nobody gives what they do not hold. */
  async create(grant: Grant, input: CreateInvitation): Promise<NewInvitationView> {
    // Read first: what fails behind the change would lose its token.
    const organization = this.mailer.sends ? await this.users.organization(grant) : null;
    const token = mintToken('inv');
    const view = await this.changes.run(grant, async (record) => {
      const { organizationId, memberId: senderId } = grant;
      if (senderId === null) throw new ApiError('not_found');
      await this.checkNew(grant, input.email);
      const offered = await this.offers.settle(grant, input.role, input.projects ?? []);
      const { email } = input;
      const { type, id: credentialId } = grant.state.credential;
      const id = newId();
      await this.invitations.insert({
        id,
        organizationId,
        email,
        emailKey: emailKey(email),
        ...offered,
        ...this.hasher.store(token),
        senderId,
        senderKeyId: type === 'api_key' ? credentialId : null,
      });
      const made = await this.getOne(grant, id);
      const shown = InvitationView.of(made, await this.roles.names(grant));
      const changes = fieldChanges<InvitationView>(null, shown, ['email', 'role', 'projects']);
      await record({ action: 'invitation.created', isNew: true, target: targetOf(id), changes });
      return shown;
    });
    const url = `${this.publicUrl.value}/accept-invitation#token=${token}`;
    if (!this.mailer.sends) return { ...view, token, url };
    const letter = this.letter(grant.actor.name, organization?.name ?? '', token, url);
    this.mailer.sendLater({ to: view.email, ...letter });
    return view;
  }

  /** Takes an invitation back; one that is over already stays so. */
  delete(grant: Grant, id: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const { acceptedAt, revokedAt } = await this.getOne(grant, id);
      if (acceptedAt)
        throw new ApiError('conflict', { message: 'The invitation has been accepted.' });
      if (revokedAt) return;
      await this.invitations.revoke(grant, id);
      const target = targetOf(id);
      await record({ action: 'invitation.revoked', target, keepsRights: true });
    });
  }

  private async getOne(grant: Grant, id: string): Promise<Invitation> {
    const invitation = await this.invitations.find(grant, id);
    if (!invitation) throw new ApiError('not_found');
    return invitation;
  }

  private async checkNew(grant: Grant, email: string): Promise<void> {
    if (await this.members.hasHuman(grant.organizationId, emailKey(email)))
      throw new ApiError('conflict', { message: 'Somebody with this address is a member.' });
    const sent = await this.invitations.countSent(grant, emailKey(email));
    if (sent.pending)
      throw new ApiError('conflict', { message: 'An invitation to this address is pending.' });
    if (sent.toAddress >= mostSent.toAddress || sent.toAnybody >= mostSent.toAnybody)
      throw new ApiError('conflict', {
        message: 'Too many invitations were sent in the last 7 days and not accepted.',
      });
  }

  private letter(sender: string, organization: string, token: string, url: string) {
    return {
      subject: 'You are invited',
      text: [
        `${quoted(sender)} invites you to join the organization ${quoted(organization)}. To accept, open`,
        url,
        `or send this token to POST ${this.publicUrl.value}/v1/invitations/accept:`,
        token,
        'It is good for 7 days, once. If you expected no invitation, there is nothing to do.',
        '',
      ].join('\n\n'),
    };
  }
}

/** A name that somebody chose, so that it is told from what this server says, and makes no link. */
function quoted(name: string): string {
  return `“${name.replaceAll(/[“”"]|:\/\//g, ' ').replaceAll('.', '․')}”`;
}

function targetOf(id: string) {
  return { type: 'invitation', id };
}
