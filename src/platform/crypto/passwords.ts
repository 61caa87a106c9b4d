import { Algorithm, hash, verify } from '@node-rs/argon2';
import { ApiError } from '../http/api-error.js';

/** OWASP's first recommendation for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many hashes are computed at once; more wait, so that a flood of logins cannot take all memory and cores. */
const concurrency = 4;

/** Password hashing with argon2id (RFC 9106), bounded in concurrency. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | null = null;

  /** @param mostWaiting how many may wait to be hashed or compared */
  constructor(private readonly mostWaiting = 500) {}

  /**
   * Gives the encoded hash of a password, with its own salt.
   *
   * @throws ApiError `unavailable` when too many wait
   */
  hash(password: string): Promise<string> {
    return this.bounded(() => hash(prepared(password), cost));
  }

  /**
   * Tells whether the password is the one behind the hash. Without a hash (unknown user) it does the same work
   * against a decoy and answers no, so that the time tells nothing about who exists.
   *
   * @throws ApiError `unavailable` when too many wait
   */
  async matches(password: string, encoded: string | null): Promise<boolean> {
    this.decoy ??= hash('a password that nobody has', cost);
    const against = encoded ?? (await this.decoy);
    const right = await this.bounded(() => verify(against, prepared(password)));
    return right && encoded !== null;
  }

  /** Waits to take the place of one that is done. */
  private turn(): Promise<void> {
    if (this.waiting.length >= this.mostWaiting)
      throw new ApiError('unavailable', { cause: new Error('too many passwords wait') });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < concurrency) this.running += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

/** The composed form (RFC 8265, section 4.2.2): keyboards send the same letters as different code points. */
function prepared(password: string): string {
  return password.normalize('NFC');
}
