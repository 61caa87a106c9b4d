import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { TokensRepository } from './tokens.repository.js';

/** Forgets, once a minute, the tokens that have expired. */
@Injectable()
export class TokensSweep extends RepeatedWork {
  constructor(private readonly tokens: TokensRepository) {
    super({ log: 'oauth', failure: 'expired tokens cannot be forgotten', pauseMs: 60_000 });
  }

  protected override work(): Promise<void> {
    return this.tokens.forget();
  }
}
