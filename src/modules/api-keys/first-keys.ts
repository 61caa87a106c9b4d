import { Injectable } from '@nestjs/common';
import { operatorId, type Recorder } from '../../access/index.js';
import { newId } from '../../platform/http/ids.js';
import { ApiKeysRepository, type NewApiKey } from './api-keys.repository.js';
import { KeyMint } from './key-mint.js';

/** The keys that a new installation begins with. */
@Injectable()
export class FirstKeys {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly mint: KeyMint,
  ) {}

  /** Makes the owner's first key, organization-scoped, and gives its secret. */
  async createFor(organizationId: string, ownerId: string, record: Recorder): Promise<string> {
    return this.create(
      { organizationId, ownerId, name: 'First key', scope: 'organization' },
      undefined,
      record,
    );
  }

  /** Makes the first platform key, unless there is one; gives its secret, or null when there was one. */
  async createPlatformKey(given: string | undefined, record: Recorder): Promise<string | null> {
    if (await this.keys.hasPlatformKey()) return null;
    return this.create(
      { organizationId: operatorId, name: 'First platform key', scope: 'platform' },
      given,
      record,
    );
  }

  private async create(
    key: NewApiKey,
    given: string | undefined,
    record: Recorder,
  ): Promise<string> {
    const { secret, stored, prefix } = this.mint.mint(given);
    const id = newId();
    await this.keys.insert({ ...key, id }, stored, prefix);
    await record({ action: 'api_key.created', isNew: true, target: { type: 'api_key', id } });
    return secret;
  }
}
