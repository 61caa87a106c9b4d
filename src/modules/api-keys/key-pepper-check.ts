import { Injectable } from '@nestjs/common';
import { PepperCheck } from '../../platform/crypto/pepper-check.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Warns at start of keys that would all be refused. */
@Injectable()
export class KeyPepperCheck extends PepperCheck {
  constructor(
    private readonly keys: ApiKeysRepository,
    hasher: SecretHasher,
  ) {
    super('api keys', hasher);
  }

  protected override count(pepperIds: readonly string[]): Promise<number> {
    return this.keys.countUnderOtherPeppers(pepperIds);
  }

  protected override consequence(count: number): string {
    return `${count} API key(s) in force will be refused`;
  }
}
