import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  covers,
  CredentialsRepository,
  toApiError,
  type AccessMap,
  type Grant,
} from '../../access/index.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { ProductsService } from '../products/index.js';
import type { CreateApiKey, UpdateApiKey } from './api-key.dto.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeyRow } from './api-key-row.js';
import { ApiKeysRepository, type NewApiKey } from './api-keys.repository.js';
import { boundScopes, type KeyReach } from './key-scopes.js';
import { boundTerm } from './key-term.js';

/** Works out what a key is to hold from what is asked for, or refuses it. */
@Injectable()
export class KeyDrafts {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly credentials: CredentialsRepository,
    private readonly products: ProductsService,
  ) {}

  /** @throws ApiError when the key would exceed its owner or its maker, or the request contradicts itself */
  async ofNew(grant: Grant, input: CreateApiKey): Promise<NewApiKey & { id: string }> {
    const general = {
      id: newId(),
      organizationId: grant.organizationId,
      name: input.name,
      allowedIps: input.allowed_ips ?? null,
      createdBy: grant.memberId ?? grant.state.credential.id,
      ...(await this.term(grant, input.expires_at ?? null, input.not_before ?? null)),
    };
    if (grant.isPlatform) return { ...general, ...platformReach(input) };
    const project = projectOf(grant, input);
    const reach = await this.reach(grant, input.owner_id ?? grant.memberId, project);
    return {
      ...general,
      scope: project === null ? 'organization' : 'project',
      projectId: project?.id ?? null,
      ownerId: reach.owner.memberId,
      productScopes: await this.scopes(grant, reach, input.product_scopes ?? null),
    };
  }

  /** @throws ApiError when the changed key would exceed its owner or whoever changes it */
  async ofChange(grant: Grant, row: ApiKeyRow, input: UpdateApiKey): Promise<Partial<ApiKey>> {
    const { name, is_active: isActive, allowed_ips: allowedIps, product_scopes: scopes } = input;
    if (scopes !== undefined && row.scope === 'platform') throw notForPlatform('product_scopes');
    if (loosens(row, input)) await this.checkCovered(grant, row.id);
    return {
      name: name ?? row.name,
      isActive: isActive ?? row.is_active,
      allowedIps: allowedIps === undefined ? row.allowed_ips : allowedIps,
      ...(scopes !== undefined && {
        productScopes: await this.scopes(grant, await this.reachOf(grant, row), scopes),
      }),
      ...(input.expires_at !== undefined &&
        (await this.term(grant, input.expires_at, row.not_before?.toISOString() ?? null))),
    };
  }

  /** Who gives a key a new secret or more freedom gives its access: @throws ApiError unless they hold that as well. */
  async checkCovered(grant: Grant, keyId: string): Promise<void> {
    if (grant.isPlatform) return;
    const key = await this.credentials.findByKeyId(keyId);
    const refusal = key && covers(grant.state, key);
    if (refusal) throw toApiError(refusal);
  }

  private async term(grant: Grant, expiresAt: string | null, notBefore: string | null) {
    const maxDays = grant.isPlatform ? null : await this.keys.maxLifetimeDays(grant.organizationId);
    return boundTerm(expiresAt, notBefore, maxDays, new Date());
  }

  private async scopes(
    grant: Grant,
    reach: KeyReach,
    requested: AccessMap | null,
  ): Promise<AccessMap | null> {
    if (requested) await this.products.checkNames('product_scopes', requested);
    const products = await this.products.slugs();
    const { scopes, refusal } = boundScopes(grant.state, reach, requested, products);
    if (refusal) throw toApiError(refusal);
    if (scopes === null) return null;
    const held = await this.products.hold(Object.keys(scopes));
    return Object.fromEntries(Object.entries(scopes).filter(([name]) => held.includes(name)));
  }

  private async reach(
    grant: Grant,
    ownerId: string | null,
    project: KeyReach['project'],
  ): Promise<KeyReach> {
    const owner = ownerId && (await this.credentials.findOwner(ownerId, grant.organizationId));
    if (!owner) throw new ApiError('not_found');
    return { owner, project };
  }

  private reachOf(grant: Grant, row: ApiKeyRow): Promise<KeyReach> {
    const project = row.project_id === null ? null : { id: row.project_id, slug: '' };
    return this.reach(grant, row.owner_id, project);
  }
}

/** Tells whether a change lets a key be used when or where it could not be used before. */
function loosens(
  { is_active, expires_at: end, allowed_ips: list }: ApiKeyRow,
  input: UpdateApiKey,
) {
  const { is_active: isActive, expires_at: newEnd, allowed_ips: newList } = input;
  if (isActive === true && !is_active) return true;
  if (end !== null && newEnd !== undefined && (newEnd === null || new Date(newEnd) > end))
    return true;
  return list !== null && newList !== undefined && !isDeepStrictEqual(newList, list);
}

function platformReach(input: CreateApiKey) {
  const { product_scopes, owner_id, project_id, scope } = input;
  if (product_scopes) throw notForPlatform('product_scopes');
  if (owner_id) throw notForPlatform('owner_id');
  if (project_id) throw notForPlatform('project_id');
  if (scope && scope !== 'platform') throw notForPlatform('scope');
  return { scope: 'platform' as const };
}

function notForPlatform(field: string): ApiError {
  return invalidField(field, 'is not for platform keys: they belong to no organization');
}

/** The project that a new key is scoped to: the selected one, unless the organization's scope is asked for. */
function projectOf(grant: Grant, { scope }: CreateApiKey): KeyReach['project'] {
  if (scope === 'platform')
    throw invalidField('scope', 'platform keys are made with a platform key');
  const { project } = grant;
  if (scope === 'project' && project === null) throw new ApiError('project_required');
  if (scope !== 'organization' || project === null) return project;
  if (grant.state.credential.project === null)
    throw invalidField('scope', 'organization contradicts the project that the call names');
  const missing = [{ product: 'api_keys', access: 'read_write' }];
  const message = 'A project-scoped credential makes keys for its own project only.';
  throw new ApiError('insufficient_permissions', { message, missing });
}
