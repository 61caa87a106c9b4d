import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repeating } from '../../platform/repeating.js';
import { TokensRepository } from './tokens.repository.js';

const pauseMs = 60_000;

/** Forgets, once a minute, the tokens that have expired. */
@Injectable()
export class TokensSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('oauth');

  private readonly sweeping = new Repeating(
    async () => {
      await this.tokens.forget();
      return pauseMs;
    },
    pauseMs,
    (error) => this.logger.warn({ err: error }, 'expired tokens cannot be forgotten'),
  );

  constructor(private readonly tokens: TokensRepository) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }
}
