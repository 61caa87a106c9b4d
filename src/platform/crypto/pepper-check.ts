import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { SecretHasher } from './secret-hasher.js';

/** Warns at start of secrets that are stored under a pepper that `KEY_PEPPER` does not list, and so are worth nothing. */
export abstract class PepperCheck implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger: Logger;
  private checking: Promise<void> = Promise.resolve();

  /** @param log whose log it is */
  constructor(
    log: string,
    private readonly hasher: SecretHasher,
  ) {
    this.logger = new Logger(log);
  }

  /** Counts what is stored under other peppers than these. */
  protected abstract count(pepperIds: readonly string[]): Promise<number>;

  /** Says of so many what that means for them, as the first half of a sentence. */
  protected abstract consequence(count: number): string;

  /** The start does not wait for it: with many secrets it takes a while. */
  onApplicationBootstrap(): void {
    this.checking = this.check();
  }

  /** The database goes after this. */
  onModuleDestroy(): Promise<void> {
    return this.checking;
  }

  private async check(): Promise<void> {
    try {
      const count = await this.count(this.hasher.pepperIds);
      if (count === 0) return;
      const why = 'stored under a pepper that KEY_PEPPER does not have';
      this.logger.warn(`${this.consequence(count)}: ${why}`);
    } catch (error) {
      this.logger.warn({ err: error }, 'peppers cannot be checked');
    }
  }
}
