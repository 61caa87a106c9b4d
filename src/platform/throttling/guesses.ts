import { Injectable } from '@nestjs/common';
import { SecretHasher } from '../crypto/secret-hasher.js';
import { ApiError } from '../http/api-error.js';
import { GuessesRepository, type GuessLimit } from './guesses.repository.js';
import { networkOf } from './network.js';

/** Somebody who says who they are, and is to prove it. */
export interface Guess {
  /** Whom they say to be: known or not, it makes no difference. */
  readonly account: string;
  readonly ip: string;
  /** Whether the account has signed in from this network before. Then what others guess elsewhere is no matter. */
  readonly familiar: boolean;
  /** The longest wait after guesses from everywhere, in seconds: 60 unless there are so few to try that it must be longer. */
  readonly longestWait?: number;
}

/**
 * Slows wrong guesses at a password, code or secret down, and locks nobody out.
 *
 * - Of one account from one network 10 are free; then each wrong one doubles the wait, to 15 minutes at most.
 * - Of one account from all networks that it has not signed in from before, 100 are free; then the wait grows to a minute at
 *   most, or to what the guess says. So guesses from many addresses are slow too, and the account's owner, in a familiar place, does not notice.
 * - Of secrets that are known to be wrong once they are looked at, 20 from one network are free; then the wait grows to a
 *   minute at most. Right ones are never held up: many who are right may share an address with one who guesses.
 */
@Injectable()
export class Guesses {
  constructor(
    private readonly guesses: GuessesRepository,
    private readonly hasher: SecretHasher,
  ) {}

  /**
   * Takes a guess before it is made.
   *
   * @throws ApiError `rate_limit_exceeded` with the seconds to wait
   */
  async take(guess: Guess): Promise<void> {
    const taken: GuessLimit[] = [];
    for (const limit of this.limitsOf(guess)) {
      const seconds = await this.guesses.take(limit);
      if (seconds === 0) {
        taken.push(limit);
        continue;
      }
      for (const { key } of taken) await this.guesses.giveBack(key);
      throw tooSoon(seconds);
    }
  }

  /**
   * Takes a guess that was wrong.
   *
   * @param what names the kind of secret; each is counted for itself
   * @throws ApiError `rate_limit_exceeded` with the seconds to wait
   */
  async wasWrong(what: string, ip: string): Promise<void> {
    const key = this.keyOf(what, networkOf(ip));
    const seconds = await this.guesses.take({ key, free: 19, longestWait: 60 });
    if (seconds > 0) throw tooSoon(seconds);
  }

  /** Says that the guess was right: it is not held against anybody, nor are earlier ones from there. */
  async wasRight(guess: Guess): Promise<void> {
    const [here, elsewhere] = this.limitsOf(guess);
    if (here) await this.guesses.forget([here.key]);
    if (elsewhere) await this.guesses.giveBack(elsewhere.key);
  }

  /** Forgets what was guessed at an account, from here and from wherever it is not known. */
  async forgive(account: string, ip: string): Promise<void> {
    const limits = this.limitsOf({ account, ip, familiar: false });
    await this.guesses.forget(limits.map(({ key }) => key));
  }

  private limitsOf({ account, ip, familiar, longestWait = 60 }: Guess): GuessLimit[] {
    const here = { key: this.keyOf(account, networkOf(ip)), free: 10, longestWait: 15 * 60 };
    const elsewhere = { key: this.keyOf(account, ''), free: 100, longestWait };
    return familiar ? [here] : [here, elsewhere];
  }

  /** A keyed digest: the table tells neither who is guessed at nor from where. */
  private keyOf(account: string, network: string): string {
    return this.hasher.seal('guess', `${account}\n${network}`).toString('base64');
  }
}

function tooSoon(seconds: number): ApiError {
  return new ApiError('rate_limit_exceeded', { headers: { 'Retry-After': String(seconds) } });
}
