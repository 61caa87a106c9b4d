import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';

/** Forgets, once an hour, the refresh tokens that are expired. */
@Injectable()
export class ExpiredTokensSweep extends RepeatedWork {
  constructor(private readonly refreshTokens: RefreshTokensRepository) {
    super({ log: 'sessions', failure: 'expired tokens cannot be forgotten', pauseMs: 3_600_000 });
  }

  protected override work(): Promise<void> {
    return this.refreshTokens.forgetExpired();
  }
}
