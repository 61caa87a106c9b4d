import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';

/** Bound of one statement. */
const mostAtOnce = 5_000;

/** Forgets, once an hour, the refresh tokens that are expired. */
@Injectable()
export class ExpiredTokensSweep extends RepeatedWork {
  constructor(private readonly refreshTokens: RefreshTokensRepository) {
    super({ log: 'sessions', failure: 'expired tokens cannot be forgotten', pauseMs: 3_600_000 });
  }

  protected override async work(): Promise<void> {
    while (!this.stopping && (await this.refreshTokens.forgetExpired(mostAtOnce)) === mostAtOnce);
  }
}
