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
  type Recorder,
} from '../../access/index.js';
import { PublicUrl } from '../../platform/config/config.js';
import { SecretCipher } from '../../platform/crypto/secret-cipher.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { RoleOffers } from '../members/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { RolesService } from '../roles/index.js';
import { SessionsService } from '../sessions/index.js';
import { asciiDomain } from '../users/index.js';
import type { Connection } from './connection.entity.js';
import { ConnectionsRepository } from './connections.repository.js';
import { IdentityProviders, secretContext } from './identity-providers.js';
import { ConnectionView, type SetConnection } from './single-sign-on.dto.js';

const recorded = [
  'issuer',
  'client_id',
  'domains',
  'confirmed_domains',
  'default_role',
  'default_projects',
] as const;

/**
 * An organization's identity provider. Whoever controls it can be any of its members, so only an owner names it; from
 * then on it is the organization's, whatever becomes of who named it.
 */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly providers: IdentityProviders,
    private readonly organizations: OrganizationsService,
    private readonly offers: RoleOffers,
    private readonly roles: RolesService,
    private readonly sessions: SessionsService,
    private readonly cipher: SecretCipher,
    private readonly changes: Changes,
    private readonly publicUrl: PublicUrl,
  ) {}

  async get(grant: Grant, organizationId: string): Promise<ConnectionView> {
    const { id, slug } = await this.organizations.get(grant, organizationId);
    return this.present(await this.getOf(id), slug);
  }

  /**
   * Names the provider, or changes what is settled about it. One with another issuer or client is another one: the
   * sessions of the former end.
   *
   * @throws ApiError `insufficient_permissions` unless an owner does it, with a credential that leaves nothing of it out
   */
  set(grant: Grant, organizationId: string, input: SetConnection): Promise<ConnectionView> {
    return this.changes.run(
      grant,
      async (record) => {
        const { id, slug } = await this.organizations.get(grant, organizationId);
        const refusal = covers(grant.state, holderOf(ownerRole, null));
        if (refusal) throw toApiError(refusal);
        const before = await this.connections.findOf(id);
        const was = before && (await this.present(before, slug));
        const after = await this.settled(grant, input, before);
        if (before && before.id !== after.id) await this.end(before, record);
        await this.connections.save(after);
        const view = await this.present(await this.getOf(id), slug);
        const changes = {
          ...fieldChanges<ConnectionView>(was, view, recorded),
          ...(input.client_secret !== undefined && { client_secret: [null, 'set'] as const }),
        };
        const action = was ? 'single_sign_on.updated' : 'single_sign_on.created';
        await record({ action, target: targetOf(after), changes, keepsRights: true });
        return view;
      },
      organizationId,
    );
  }

  /** Takes the provider away, and ends the sessions that were opened through it. */
  delete(grant: Grant, organizationId: string): Promise<void> {
    return this.changes.run(
      grant,
      async (record) => {
        const { id } = await this.organizations.get(grant, organizationId);
        if (!grant.isPlatform && !actsAsOwner(grant.state)) throw toApiError(ownersOnly());
        await this.end(await this.getOf(id), record);
      },
      organizationId,
    );
  }

  /** Says which of the domains are the organization's: the operator's word, since anyone can claim any. */
  confirm(grant: Grant, organizationId: string, domains: string[]): Promise<ConnectionView> {
    return this.changes.run(
      grant,
      async (record) => {
        const { id, slug } = await this.organizations.get(grant, organizationId);
        const before = await this.getOf(id);
        const confirmedDomains = distinct(domains);
        if (!confirmedDomains.every((domain) => before.domains.includes(domain)))
          throw invalidField('domains', 'must be domains that the connection names');
        await this.connections.save({ ...before, confirmedDomains });
        const view = await this.present(await this.getOf(id), slug);
        const was = { confirmed_domains: before.confirmedDomains };
        const changes = fieldChanges<ConnectionView>(was, view, ['confirmed_domains']);
        const action = 'single_sign_on.domains_confirmed';
        await record({ action, target: targetOf(before), changes, keepsRights: true });
        return view;
      },
      organizationId,
    );
  }

  private async settled(
    grant: Grant,
    input: SetConnection,
    before: Connection | null,
  ): Promise<Omit<Connection, 'createdAt' | 'updatedAt'>> {
    const { issuer, client_id: clientId, client_secret: secret } = input;
    if (!this.providers.maySpeakTo(issuer))
      throw invalidField(
        'issuer',
        'must be https, at a public address unless the operator lists it',
      );
    const same = before?.issuer === issuer && before.clientId === clientId ? before : null;
    if (secret === undefined && !same)
      throw invalidField('client_secret', 'is required with another issuer or client');
    const id = same?.id ?? newId();
    const projects = input.default_projects ?? [];
    const offered = await this.offers.settle(grant, input.default_role, projects, 'default_role');
    if (offered.roleId === ownerRole.id)
      throw invalidField('default_role', 'must be another one than owner');
    const domains = distinct(input.domains);
    const confirmed = before?.confirmedDomains ?? [];
    return {
      id,
      organizationId: grant.organizationId,
      issuer,
      clientId,
      ...this.encrypted(id, secret, same),
      domains,
      confirmedDomains: confirmed.filter((domain) => domains.includes(domain)),
      ...offered,
    };
  }

  /** A secret that stays is encrypted anew, so that the pepper before can be taken off the list. */
  private encrypted(id: string, given: string | undefined, same: Connection | null) {
    const secret = given === undefined ? same && this.providers.secretOf(same) : Buffer.from(given);
    if (!secret) throw invalidField('client_secret', 'has to be set again: KEY_PEPPER has changed');
    return this.cipher.encrypt(secret, secretContext(id));
  }

  private async end(connection: Connection, record: Recorder): Promise<void> {
    const ended = await this.sessions.endOpenedThrough(connection.id);
    await this.connections.delete(connection.id);
    const changes = { issuer: [connection.issuer, null], ended_sessions: [null, ended] } as const;
    await record({ action: 'single_sign_on.removed', target: targetOf(connection), changes });
  }

  private async getOf(organizationId: string): Promise<Connection> {
    const connection = await this.connections.findOf(organizationId);
    if (!connection) throw new ApiError('not_found');
    return connection;
  }

  private async present(connection: Connection, slug: string): Promise<ConnectionView> {
    const { organizationId } = connection;
    const entry = `${this.publicUrl.value}/v1/auth/sso`;
    return ConnectionView.of(connection, await this.roles.names({ organizationId }), {
      callback_url: `${entry}/callback`,
      sign_in_url: `${entry}?organization=${slug}`,
    });
  }
}

/** Domains as their ASCII names, each once. */
function distinct(domains: readonly string[]): string[] {
  return [...new Set(domains.map(asciiDomain))];
}

function targetOf({ id }: Pick<Connection, 'id'>) {
  return { type: 'single_sign_on', id };
}
