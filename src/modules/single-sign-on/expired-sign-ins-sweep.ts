import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repeating } from '../../platform/repeating.js';
import { SignInsRepository } from './sign-ins.repository.js';

const pauseMs = 10 * 60 * 1000;

/** Forgets, every ten minutes, the sign-ins that nobody came back for. */
@Injectable()
export class ExpiredSignInsSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('single sign-on');
  private readonly sweeping = new Repeating(
    async () => {
      await this.signIns.forgetExpired();
      return pauseMs;
    },
    pauseMs,
    (error) => this.logger.warn({ err: error }, 'expired sign-ins cannot be forgotten'),
  );

  constructor(private readonly signIns: SignInsRepository) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }
}
