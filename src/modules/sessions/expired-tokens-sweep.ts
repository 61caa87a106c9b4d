import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repeating } from '../../platform/repeating.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';

const pauseMs = 60 * 60 * 1000;

/** Forgets, once an hour, the refresh tokens that are expired. */
@Injectable()
export class ExpiredTokensSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('sessions');
  private readonly sweeping = new Repeating(
    async () => {
      await this.refreshTokens.forgetExpired();
      return pauseMs;
    },
    pauseMs,
    (error) => this.logger.warn({ err: error }, 'expired tokens cannot be forgotten'),
  );

  constructor(private readonly refreshTokens: RefreshTokensRepository) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }
}
