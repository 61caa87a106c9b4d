import { Injectable } from '@nestjs/common';
import {
  Changes,
  effectiveAccess,
  fieldChanges,
  insufficient,
  suffices,
  toApiError,
  type Grant,
  type Recorder,
} from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Page } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import type {
  ApiKeyView,
  ApiKeyWithSecret,
  CreateApiKey,
  ListApiKeys,
  RotateApiKey,
  UpdateApiKey,
} from './api-key.dto.js';
import { presentKey, type ApiKeyRow } from './api-key-row.js';
import { ApiKeysRepository, type KeysOf } from './api-keys.repository.js';
import { KeyDrafts } from './key-drafts.js';
import { KeyMint } from './key-mint.js';

const recorded = ['name', 'product_scopes', 'expires_at', 'allowed_ips', 'is_active'] as const;

const recordedOfNew = [...recorded, 'scope', 'project_id', 'owner', 'not_before'] as const;

/** API keys: made, listed, changed, rotated and revoked, each change with its event. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly drafts: KeyDrafts,
    private readonly mint: KeyMint,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  list(grant: Grant, query: ListApiKeys): Promise<Page<ApiKeyView>> {
    const filter = { ownerId: query.owner_id, status: query.status };
    return this.pages.read(
      `api keys ${grant.organizationId}`,
      query,
      (slice) => this.keys.list(grant, filter, slice),
      (row) => row.id,
      presentKey,
    );
  }

  async get(grant: Grant, id: string): Promise<ApiKeyView> {
    return presentKey(await this.getRow(grant, id));
  }

  create(grant: Grant, input: CreateApiKey): Promise<ApiKeyWithSecret> {
    return this.changes.run(grant, async (record) => {
      const key = await this.drafts.ofNew(grant, input);
      const { secret, stored, prefix } = this.mint.mint();
      await this.keys.insert(key, stored, prefix);
      const view = presentKey(await this.keys.get(grant.organizationId, key.id));
      const changes = fieldChanges<ApiKeyView>(null, view, recordedOfNew);
      await record({ action: 'api_key.created', isNew: true, ...about(view), changes });
      return { ...view, secret };
    });
  }

  update(grant: Grant, id: string, input: UpdateApiKey): Promise<ApiKeyView> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getManaged(grant, id);
      await this.keys.update(id, await this.drafts.ofChange(grant, row, input));
      const after = presentKey(await this.keys.get(grant.organizationId, id));
      const changes = fieldChanges<ApiKeyView>(presentKey(row), after, recorded);
      await record({ action: 'api_key.updated', ...about(row), changes });
      return after;
    });
  }

  rotate(grant: Grant, id: string, input: RotateApiKey): Promise<ApiKeyWithSecret> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getManaged(grant, id);
      await this.drafts.checkCovered(grant, id);
      const { secret, stored, prefix } = this.mint.mint();
      await this.keys.rotate(id, stored, prefix, input.overlap_seconds ?? 0);
      const changes = { prefix: [row.prefix, prefix] as const };
      await record({ action: 'api_key.rotated', ...about(row), changes });
      return { ...presentKey(await this.keys.get(grant.organizationId, id)), secret };
    });
  }

  revoke(grant: Grant, id: string): Promise<void> {
    return this.changes.run(grant, async (record) => {
      const row = await this.getRow(grant, id);
      if (await this.keys.revoke(id)) await record({ action: 'api_key.revoked', ...about(row) });
    });
  }

  /** Revokes the key that the call is made with. */
  revokeCurrent(grant: Grant): Promise<void> {
    const { id, type, project } = grant.state.credential;
    if (type !== 'api_key')
      throw new ApiError('invalid_request', { message: 'Only an API key can revoke itself.' });
    return this.changes.run(grant, async (record) => {
      await this.keys.revoke(id);
      const target = { type: 'api_key', id };
      await record({ action: 'api_key.revoked', target, projectId: project?.id ?? null });
    });
  }

  /** Revokes every key of a member, a project or an organization, within the change that is under way. */
  async revokeAll(of: KeysOf, record: Recorder): Promise<void> {
    for (const id of await this.keys.revokeAll(of))
      await record({ action: 'api_key.revoked', target: { type: 'api_key', id } });
  }

  private async getRow(grant: Grant, id: string): Promise<ApiKeyRow> {
    const row = await this.keys.find(grant, id);
    if (!row) throw new ApiError('not_found');
    return row;
  }

  /** A key to change. One sees one's own keys anywhere, but changes them only where one manages keys. */
  private async getManaged(grant: Grant, id: string): Promise<ApiKeyRow> {
    const row = await this.getRow(grant, id);
    const wanted = { product: 'api_keys', access: 'read_write' } as const;
    if (!suffices(effectiveAccess(grant.state, wanted.product, row.project_id), wanted.access))
      throw toApiError(insufficient([wanted], ' where this key reaches'));
    if (row.status === 'revoked')
      throw new ApiError('conflict', { message: 'The key has been revoked.' });
    return row;
  }
}

function about({ id, project_id: projectId }: Pick<ApiKeyRow, 'id' | 'project_id'>) {
  return { target: { type: 'api_key', id }, projectId };
}
