import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repeating } from '../repeating.js';
import { AddressCallsRepository } from './address-calls.repository.js';
import { GuessesRepository } from './guesses.repository.js';

const pauseMs = 60_000;

/** Forgets, once a minute, the addresses that have made no call for a window, and wrong guesses of long ago. */
@Injectable()
export class AddressCallsSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('throttling');
  private readonly sweeping = new Repeating(
    async () => {
      await this.calls.forget();
      await this.guesses.forgetOld();
      return pauseMs;
    },
    pauseMs,
    (error) => this.logger.warn({ err: error }, 'addresses cannot be forgotten'),
  );

  constructor(
    private readonly calls: AddressCallsRepository,
    private readonly guesses: GuessesRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }
}
