import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Warns at start of keys that would all be refused, since they are stored under a pepper that is not listed. */
@Injectable()
export class PepperCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger('api keys');

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly hasher: SecretHasher,
  ) {}

  /** Nothing waits for it: with many keys it takes a while. */
  onApplicationBootstrap(): void {
    void this.keys.countUnderOtherPeppers(this.hasher.pepperIds).then(
      (count) => count > 0 && this.logger.warn(problem(count)),
      (error: unknown) => this.logger.warn({ err: error }, 'peppers cannot be checked'),
    );
  }
}

function problem(count: number): string {
  return `${count} API key(s) in force will be refused: they are stored under a pepper that KEY_PEPPER does not have`;
}
