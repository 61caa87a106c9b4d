import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';
import { SessionsRepository } from './sessions.repository.js';

/** Bound of one statement. */
const mostAtOnce = 5_000;

/** Forgets, once an hour, the refresh tokens that are expired and the sessions that are long over. */
@Injectable()
export class SessionsSweep extends RepeatedWork {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly refreshTokens: RefreshTokensRepository,
  ) {
    super({ log: 'sessions', failure: 'what is over cannot be forgotten', pauseMs: 3_600_000 });
  }

  protected override async work(): Promise<void> {
    while (!this.stopping && (await this.refreshTokens.forgetExpired(mostAtOnce)) === mostAtOnce);
    while (!this.stopping && (await this.sessions.forgetOver(mostAtOnce)) === mostAtOnce);
  }
}
