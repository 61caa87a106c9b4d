import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ClientsRepository } from './clients.repository.js';

/** Warns at start of clients that would all be refused, since their secrets are stored under a pepper that is not listed. */
@Injectable()
export class ClientPepperCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger('oauth');

  constructor(
    private readonly clients: ClientsRepository,
    private readonly hasher: SecretHasher,
  ) {}

  /** Nothing waits for it. */
  onApplicationBootstrap(): void {
    void this.clients.countUnderOtherPeppers(this.hasher.pepperIds).then(
      (count) => count > 0 && this.logger.warn(problem(count)),
      (error: unknown) => this.logger.warn({ err: error }, 'peppers cannot be checked'),
    );
  }
}

function problem(count: number): string {
  return `${count} OAuth client(s) will be refused: their secrets are stored under a pepper that KEY_PEPPER does not have`;
}
