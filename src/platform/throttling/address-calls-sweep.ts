import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../repeated-work.js';
import { AddressCallsRepository } from './address-calls.repository.js';
import { GuessesRepository } from './guesses.repository.js';

/** Forgets, once a minute, the addresses that have made no call for a window, and wrong guesses of long ago. */
@Injectable()
export class AddressCallsSweep extends RepeatedWork {
  constructor(
    private readonly calls: AddressCallsRepository,
    private readonly guesses: GuessesRepository,
  ) {
    super({ log: 'throttling', failure: 'addresses cannot be forgotten', pauseMs: 60_000 });
  }

  protected override async work(): Promise<void> {
    await this.calls.forget();
    await this.guesses.forgetOld();
  }
}
