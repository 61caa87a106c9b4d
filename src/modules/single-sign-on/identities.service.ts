import { Injectable } from '@nestjs/common';
import { Changes, toApiError, type Recorder, type RequestInfo } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { isName } from '../../platform/http/validation.js';
import { MembersService, RoleOffers } from '../members/index.js';
import { domainOf, isEmailAddress, UsersService } from '../users/index.js';
import type { Connection } from './connection.entity.js';
import { ConnectionsRepository } from './connections.repository.js';
import { IdentitiesRepository, type Identity, type KnownMember } from './identities.repository.js';
import type { Claims } from './identity-providers.js';

/**
 * Who somebody is to the organization whose provider vouches for them. People are the same in all their organizations, and
 * a provider speaks for one: it makes people who are new, and recognizes members. It joins nobody who is known elsewhere.
 */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly offers: RoleOffers,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly changes: Changes,
  ) {}

  /**
   * Recognizes a member, or makes one of a person who is new, and goes on with them in the same change.
   *
   * @throws ApiError `insufficient_permissions` that says why not, `invalid_token` when the connection has gone meanwhile
   */
  recognize<T>(
    { id, organizationId }: Connection,
    claims: Claims,
    request: RequestInfo,
    then: (member: KnownMember, record: Recorder) => Promise<T>,
  ): Promise<T> {
    return this.changes.together({ organizationIds: [organizationId] }, async () => {
      const connection = await this.connections.find(id);
      if (!connection) throw new ApiError('invalid_token');
      const email = believedAddress(connection, claims);
      const identity = { organizationId, issuer: connection.issuer, subject: claims.subject };
      const linked = await this.identities.findMember(identity);
      const member = linked ?? (await this.memberAt(email, identity));
      const { id: memberId, name } = member ?? { id: newId(), name: nameOf(claims, email) };
      const actor = { type: 'human', id: memberId, name } as const;
      return this.changes.runFor({ actor, request }, organizationId, async (record) => {
        const known = member ?? (await this.join(connection, memberId, email, name, record));
        if (!linked) await this.link(identity, known.id, record);
        return then(known, record);
      });
    });
  }

  /** A human member by its id, unless they were removed. */
  member(id: string): Promise<KnownMember | null> {
    return this.identities.getMember(id);
  }

  /** The member with an address; null when nobody has it yet. */
  private async memberAt(
    email: string,
    { organizationId, issuer }: Identity,
  ): Promise<KnownMember | null> {
    const user = await this.users.findByEmail(email);
    if (!user) return null;
    const membership = await this.members.findMembership(user.id, organizationId);
    if (!membership)
      throw refused(
        'There is an account with your address. Ask to be invited to the organization.',
      );
    const { id, name } = membership;
    // An address that is given to somebody else at the provider does not give them the account.
    if (await this.identities.isLinked(id, issuer))
      throw refused('Your address belongs to somebody else at the identity provider.');
    return { id, name, userId: user.id };
  }

  private async join(
    connection: Connection,
    id: string,
    email: string,
    name: string,
    record: Recorder,
  ): Promise<KnownMember> {
    const { organizationId } = connection;
    const offer = await this.offers.standing(organizationId, connection, () => true);
    if (!offer)
      throw refused('The role for new members is gone. An owner has to name another one.');
    const { id: userId } = await this.users.createWithHash(email, name, null);
    const member = { id, organizationId, userId, name };
    await this.members.join(member, offer.role, offer.projects, record);
    return { id, userId, name };
  }

  private async link(identity: Identity, id: string, record: Recorder): Promise<void> {
    await this.identities.link(identity, id);
    const { issuer, subject } = identity;
    const changes = { issuer: [null, issuer], subject: [null, subject] } as const;
    const target = { type: 'member', id };
    await record({ action: 'member.identity_linked', target, changes, keepsRights: true });
  }
}

/** The address that a provider names, when it is verified and in a domain that is confirmed. */
function believedAddress({ confirmedDomains }: Connection, claims: Claims): string {
  const { email, emailVerified } = claims;
  if (!isEmailAddress(email)) throw refused('The identity provider names no e-mail address.');
  if (emailVerified !== true)
    throw refused('The identity provider does not say that your e-mail address is verified.');
  if (!confirmedDomains.includes(domainOf(email)))
    throw refused('The domain of your e-mail address is none of the organization’s.');
  return email;
}

function nameOf({ name }: Claims, email: string): string {
  const trimmed = typeof name === 'string' ? name.trim() : '';
  return isName(trimmed) ? trimmed : email.slice(0, email.indexOf('@'));
}

function refused(message: string): ApiError {
  return toApiError({ code: 'insufficient_permissions', message, missing: [] });
}
