import { Injectable } from '@nestjs/common';
import {
  anyOperatorProduct,
  Changes,
  covers,
  CredentialsRepository,
  fieldChanges,
  toApiError,
  type AccessMap,
  type Grant,
} from '../../access/index.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { mintToken } from '../../platform/crypto/token-format.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { boundScopes } from '../api-keys/index.js';
import { MembersService } from '../members/index.js';
import { ProductsService } from '../products/index.js';
import type {
  ClientView,
  ClientWithSecret,
  CreateClient,
  RotateClient,
  UpdateClient,
} from './client.dto.js';
import { ClientsRepository } from './clients.repository.js';
import type { OAuthClient } from './oauth-client.entity.js';
import { everyScope, readScope, scopeWords } from './scope-words.js';

/** Which client, and of which service account. */
export interface ClientPlace {
  readonly memberId: string;
  readonly clientId: string;
}

const secretPrefix = 'cs';

const recorded = ['name', 'scope'] as const;

/** The OAuth clients of service accounts: made, narrowed, given new secrets and deleted, each change with its event. */
@Injectable()
export class ClientsService {
  constructor(
    private readonly clients: ClientsRepository,
    private readonly members: MembersService,
    private readonly products: ProductsService,
    private readonly credentials: CredentialsRepository,
    private readonly hasher: SecretHasher,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  async list(grant: Grant, memberId: string, query: PageQuery): Promise<Page<ClientView>> {
    await this.members.get(grant, memberId, 'service_account');
    return this.pages.read(
      `oauth clients ${memberId}`,
      query,
      (slice) => this.clients.list(grant, memberId, slice),
      (client) => client.id,
      presentClient,
    );
  }

  create(grant: Grant, memberId: string, input: CreateClient): Promise<ClientWithSecret> {
    return this.changes.run(grant, async (record) => {
      await this.members.get(grant, memberId, 'service_account');
      const client = {
        id: newId(),
        organizationId: grant.organizationId,
        memberId,
        name: input.name ?? 'OAuth client',
        productScopes: await this.scopes(grant, memberId, input.scope),
        createdBy: grant.memberId,
      };
      const secret = mintToken(secretPrefix);
      await this.clients.insert(client, this.hasher.store(secret));
      const view = presentClient(await this.get(grant, { memberId, clientId: client.id }));
      const changes = fieldChanges<ClientView>(null, view, recorded);
      await record({ action: 'oauth_client.created', isNew: true, ...about(client), changes });
      return { ...view, client_secret: secret };
    });
  }

  update(grant: Grant, place: ClientPlace, input: UpdateClient): Promise<ClientView> {
    return this.changes.run(grant, async (record) => {
      const before = await this.get(grant, place);
      const { name, productScopes } = before;
      const { scope } = input;
      await this.clients.update(grant, before.id, {
        name: input.name ?? name,
        productScopes:
          scope === undefined ? productScopes : await this.scopes(grant, place.memberId, scope),
      });
      const after = presentClient(await this.get(grant, place));
      const changes = fieldChanges<ClientView>(presentClient(before), after, recorded);
      await record({ action: 'oauth_client.updated', ...about(before), changes });
      return after;
    });
  }

  /** Who gives a client a new secret gives its access: it has to be held as well. */
  rotate(grant: Grant, place: ClientPlace, input: RotateClient): Promise<ClientWithSecret> {
    return this.changes.run(grant, async (record) => {
      const client = await this.get(grant, place);
      const state = await this.credentials.findByClientId(client.id);
      const refusal = state && covers(grant.state, state);
      if (refusal) throw toApiError(refusal);
      const secret = mintToken(secretPrefix);
      await this.clients.rotate(client.id, this.hasher.store(secret), input.overlap_seconds ?? 0);
      await record({ action: 'oauth_client.rotated', ...about(client) });
      return { ...presentClient(await this.get(grant, place)), client_secret: secret };
    });
  }

  delete(grant: Grant, place: ClientPlace): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const client = await this.clients.find(grant, place.memberId, place.clientId);
      if (!client) throw new ApiError('not_found');
      if (client.deletedAt !== null) return;
      await this.clients.delete(grant, client.id);
      await record({ action: 'oauth_client.deleted', ...about(client) });
    });
  }

  private async get(grant: Grant, { memberId, clientId }: ClientPlace): Promise<OAuthClient> {
    const client = await this.clients.find(grant, memberId, clientId);
    if (!client || client.deletedAt !== null) throw new ApiError('not_found');
    return client;
  }

  /** The scopes to keep: @throws ApiError when they exceed the service account or whoever gives them */
  private async scopes(
    grant: Grant,
    memberId: string,
    words: string = everyScope,
  ): Promise<AccessMap | null> {
    const asked = readScope(words);
    if (asked === null) throw invalidField('scope', 'is no list of scope words');
    const owner = await this.credentials.findOwner(memberId, grant.organizationId);
    if (!owner) throw new ApiError('not_found');
    const named = namedProducts(asked.map ?? {});
    await this.products.checkNames('scope', Object.fromEntries(named));
    const reach = { owner, project: null };
    const products = await this.products.slugs();
    const { scopes, refusal } = boundScopes(grant.state, reach, asked.map, products);
    if (refusal) throw toApiError(refusal);
    if (scopes === null) return null;
    const held = new Set(await this.products.hold(Object.keys(scopes))).add(anyOperatorProduct);
    return Object.fromEntries(Object.entries(scopes).filter(([product]) => held.has(product)));
  }
}

function namedProducts(scopes: AccessMap) {
  return Object.entries(scopes).filter(([product]) => product !== anyOperatorProduct);
}

/** The client as its organization sees it. */
function presentClient(client: OAuthClient): ClientView {
  return {
    client_id: client.id,
    name: client.name,
    scope: scopeWords(client.productScopes),
    created_at: client.createdAt.toISOString(),
    created_by: client.createdBy,
    rotated_at: client.rotatedAt?.toISOString() ?? null,
  };
}

function about({ id }: Pick<OAuthClient, 'id'>) {
  return { target: { type: 'oauth_client', id } };
}
