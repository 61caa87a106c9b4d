import { Injectable } from '@nestjs/common';
import {
  Changes,
  RefusedCallers,
  toApiError,
  type Grant,
  type RequestInfo,
} from '../../access/index.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { isWellFormedToken } from '../../platform/crypto/token-format.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { MembersService, type MemberView } from '../members/index.js';
import { provenPerson } from '../sessions/index.js';
import { isNewPassword, UsersService } from '../users/index.js';
import type { AcceptInvitation } from './invitation.dto.js';
import type { Invitation } from './invitation.entity.js';
import { InvitationsRepository } from './invitations.repository.js';
import { Senders } from './senders.js';

/** Whoever accepts: a user that is known and unchanged, or one to be made. */
interface Accepting {
  readonly name: string;
  readonly user: { readonly id: string; readonly isUnchanged: () => Promise<boolean> } | null;
  readonly passwordHash: string | null;
}

/** People who accept an invitation: new ones, and users who prove that they are who is invited. */
@Injectable()
export class AcceptingService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly senders: Senders,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly hasher: SecretHasher,
    private readonly changes: Changes,
    private readonly refusedCallers: RefusedCallers,
  ) {}

  /**
   * Makes the person who was invited a member.
   *
   * @param grant the call's, when it is made with a session
   * @throws ApiError `invalid_token` when the invitation is not pending, or its sender could not send it any more;
   * `invalid_credentials` when a known user does not prove to be it; `conflict` when they are a member
   */
  async accept(
    grant: Grant | null,
    input: AcceptInvitation,
    request: RequestInfo,
  ): Promise<MemberView> {
    const invitation = await this.findPending(input.token);
    if (!invitation) throw await this.refusedCallers.unknownToken(input.token, request);
    const accepting = await this.whoAccepts(grant, invitation, input, request);
    const { organizationId } = invitation;
    const userId = accepting.user?.id;
    const concerned = {
      organizationIds: [organizationId, ...(grant ? [grant.organizationId] : [])],
      ...(userId !== undefined && { userId }),
    };
    return this.changes.together(concerned, async () => {
      if (grant) await this.changes.run(grant, () => Promise.resolve());
      if (accepting.user && !(await accepting.user.isUnchanged()))
        throw new ApiError('invalid_credentials');
      const pending = await this.findPending(input.token);
      if (!pending) throw new ApiError('invalid_token');
      return this.join(pending, accepting, request);
    });
  }

  private async findPending(token: string): Promise<Invitation | null> {
    const found = isWellFormedToken(token)
      ? await this.invitations.findPending(this.hasher.candidates(token))
      : null;
    if (found?.suspended) throw new ApiError('organization_suspended');
    return found?.invitation ?? null;
  }

  private async whoAccepts(
    grant: Grant | null,
    { email, organizationId }: Invitation,
    { name, password = '' }: AcceptInvitation,
    request: RequestInfo,
  ): Promise<Accepting> {
    const known = await this.users.findByEmail(email);
    if (grant && provenPerson(grant).userId !== known?.id) throw forSomebodyElse();
    if (known) {
      if (!grant) {
        const refused = 'invitation.refused';
        const proof = { email, password, refused, organization: organizationId, request };
        await (await this.users.checkPassword(proof)).wasRight();
      }
      const isUnchanged = () => this.users.isUnchanged(known);
      const user = { id: known.id, isUnchanged };
      return { name: known.name, user, passwordHash: null };
    }
    if (name === undefined) throw invalidField('name', 'is required of a new person');
    if (!isNewPassword(password))
      throw invalidField(
        'password',
        'must be 12 to 128 characters and none that many others have chosen',
      );
    return { name, user: null, passwordHash: await this.passwords.hash(password) };
  }

  private join(
    invitation: Invitation,
    { name, user, passwordHash }: Accepting,
    request: RequestInfo,
  ): Promise<MemberView> {
    const { id, organizationId, email } = invitation;
    const memberId = newId();
    const by = { actor: { type: 'human', id: memberId, name } as const, request };
    return this.changes.runFor(by, organizationId, async (record) => {
      const offer = await this.senders.offer(invitation);
      if (!offer) throw new ApiError('invalid_token');
      if (await this.members.hasHuman(organizationId, invitation.emailKey))
        throw new ApiError('conflict', { message: 'You are a member already.' });
      const userId = user?.id ?? (await this.users.createWithHash(email, name, passwordHash)).id;
      await this.invitations.accept(id);
      const target = { type: 'invitation', id };
      await record({ action: 'invitation.accepted', target, keepsRights: true });
      const member = { id: memberId, organizationId, userId, name };
      return this.members.join(member, offer.role, offer.projects, record);
    });
  }
}

function forSomebodyElse(): ApiError {
  const message = 'The invitation is for somebody else than who is signed in.';
  return toApiError({ code: 'insufficient_permissions', message, missing: [] });
}
