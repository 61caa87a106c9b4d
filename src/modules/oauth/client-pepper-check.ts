import { Injectable } from '@nestjs/common';
import { PepperCheck } from '../../platform/crypto/pepper-check.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ClientsRepository } from './clients.repository.js';

/** Warns at start of clients that would all be refused. */
@Injectable()
export class ClientPepperCheck extends PepperCheck {
  constructor(
    private readonly clients: ClientsRepository,
    hasher: SecretHasher,
  ) {
    super('oauth', hasher);
  }

  protected override count(pepperIds: readonly string[]): Promise<number> {
    return this.clients.countUnderOtherPeppers(pepperIds);
  }

  protected override consequence(count: number): string {
    return `${count} OAuth client(s) will be refused`;
  }
}
