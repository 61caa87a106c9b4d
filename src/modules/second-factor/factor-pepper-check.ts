import { Injectable } from '@nestjs/common';
import { PepperCheck } from '../../platform/crypto/pepper-check.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { SecondFactorRepository } from './second-factor.repository.js';

/** Warns at start of people who could not sign in, since their second factor cannot be read. */
@Injectable()
export class FactorPepperCheck extends PepperCheck {
  constructor(
    private readonly factors: SecondFactorRepository,
    hasher: SecretHasher,
  ) {
    super('second factor', hasher);
  }

  protected override count(pepperIds: readonly string[]): Promise<number> {
    return this.factors.countUnderOtherPeppers(pepperIds);
  }

  protected override consequence(count: number): string {
    return `${count} second factor(s) cannot be checked`;
  }
}
