import { Injectable } from '@nestjs/common';
import { PepperCheck } from '../../platform/crypto/pepper-check.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ConnectionsRepository } from './connections.repository.js';

/** Warns at start of organizations whose people could not sign in, since the client secret cannot be read. */
@Injectable()
export class ConnectionPepperCheck extends PepperCheck {
  constructor(
    private readonly connections: ConnectionsRepository,
    hasher: SecretHasher,
  ) {
    super('single sign-on', hasher);
  }

  protected override count(pepperIds: readonly string[]): Promise<number> {
    return this.connections.countUnderOtherPeppers(pepperIds);
  }

  protected override consequence(count: number): string {
    return `${count} identity provider(s) cannot be used until their client secret is set again`;
  }
}
