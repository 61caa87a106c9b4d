import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { SecondFactorRepository } from './second-factor.repository.js';

/** Warns at start of people who could not sign in, since their second factor is encrypted under a pepper that is not listed. */
@Injectable()
export class FactorPepperCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger('second factor');

  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly hasher: SecretHasher,
  ) {}

  /** Nothing waits for it. */
  onApplicationBootstrap(): void {
    void this.factors.countUnderOtherPeppers(this.hasher.pepperIds).then(
      (count) => count > 0 && this.logger.warn(problem(count)),
      (error: unknown) => this.logger.warn({ err: error }, 'peppers cannot be checked'),
    );
  }
}

function problem(count: number): string {
  return `${count} second factor(s) cannot be checked: they are encrypted under a pepper that KEY_PEPPER does not have`;
}
