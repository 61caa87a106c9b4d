import { Injectable } from '@nestjs/common';
import { SecretCipher } from '../../platform/crypto/secret-cipher.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { ApiError } from '../../platform/http/api-error.js';
import { Guesses } from '../../platform/throttling/guesses.js';
import { UsersService } from '../users/index.js';
import { isTotpCode, newRecoveryCodes, plainCode, stepOf } from './codes.js';
import { SecondFactorRepository, type FoundFactor } from './second-factor.repository.js';

/** What a person showed. */
export type ShownCode = 'totp' | 'recovery_code';

/** The longest wait between codes from everywhere, in seconds. Three in a million are right: at one a minute, one in 230 days. */
const longestWait = 15 * 60;

/** Judges the codes of people who have a second factor. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly users: UsersService,
    private readonly guesses: Guesses,
    private readonly cipher: SecretCipher,
    private readonly hasher: SecretHasher,
  ) {}

  /**
   * Takes a guess at somebody's code, before any transaction. Codes are counted apart from passwords: who resets a
   * password by e-mail is forgiven guesses at that, and gets none at codes for it.
   *
   * @returns what says that it was right
   * @throws ApiError `rate_limit_exceeded` after too many wrong ones
   */
  async takeGuess(userId: string, ip: string): Promise<() => Promise<void>> {
    const familiar = await this.users.hasSignedInFrom(userId, ip);
    const guess = { account: `second factor ${userId}`, ip, familiar, longestWait };
    await this.guesses.take(guess);
    return () => this.guesses.wasRight(guess);
  }

  /**
   * Uses a code up, within the change that is under way, which holds the person's row.
   *
   * @returns what was shown; null where the person has no second factor
   * @throws ApiError `second_factor_required` without a code, `invalid_credentials` for one that is wrong or was used
   */
  async redeem(userId: string, code: string | undefined): Promise<ShownCode | null> {
    const factor = await this.factors.find(userId);
    if (!factor?.enabledAt) return null;
    if (code === undefined) throw codeRequired();
    const plain = plainCode(code);
    const shown = isTotpCode(plain) ? 'totp' : 'recovery_code';
    const isRight = isTotpCode(plain)
      ? await this.redeemTotp(userId, factor, plain)
      : await this.factors.useRecoveryCode(userId, this.hasher.candidates(plain));
    if (!isRight) throw new ApiError('invalid_credentials');
    return shown;
  }

  /** Uses a code of the authenticator app up; false when it is wrong or was used. */
  async redeemTotp(userId: string, factor: FoundFactor, code: string): Promise<boolean> {
    const secret = this.cipher.decrypt(factor, totpContext(userId));
    const step = secret && stepOf(secret, code, factor.nowMs);
    if (!secret || step === null || !(await this.factors.useStep(userId, step))) return false;
    if (this.cipher.isOutdated(factor))
      await this.factors.keepEncrypted(userId, this.cipher.encrypt(secret, totpContext(userId)));
    return true;
  }

  /** Makes new recovery codes in the place of those before. They are shown this once. */
  async renewRecoveryCodes(userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    const stored = codes.map((code) => this.hasher.store(plainCode(code)));
    await this.factors.replaceRecoveryCodes(userId, stored);
    return codes;
  }

  /** How many recovery codes somebody has left. */
  recoveryCodesLeft(userId: string): Promise<number> {
    return this.factors.countRecoveryCodes(userId);
  }
}

/** What a factor's secret is encrypted for. */
export function totpContext(userId: string): string {
  return `totp ${userId}`;
}

function codeRequired(): ApiError {
  const message = 'Send `code` too: a code of your authenticator app, or a recovery code.';
  return new ApiError('second_factor_required', { message });
}
