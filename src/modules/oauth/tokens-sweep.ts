import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { TokensRepository } from './tokens.repository.js';

/** Bound of one statement. */
const mostAtOnce = 5_000;

/** Forgets, once a minute, the tokens that have expired. */
@Injectable()
export class TokensSweep extends RepeatedWork {
  constructor(private readonly tokens: TokensRepository) {
    super({ log: 'oauth', failure: 'expired tokens cannot be forgotten', pauseMs: 60_000 });
  }

  protected override async work(): Promise<void> {
    while (!this.stopping && (await this.tokens.forgetExpired(mostAtOnce)) === mostAtOnce);
  }
}
