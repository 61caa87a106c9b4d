import { Injectable } from '@nestjs/common';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { SignInsRepository } from './sign-ins.repository.js';

/** Forgets, every ten minutes, the sign-ins that nobody came back for. */
@Injectable()
export class ExpiredSignInsSweep extends RepeatedWork {
  constructor(private readonly signIns: SignInsRepository) {
    const failure = 'expired sign-ins cannot be forgotten';
    super({ log: 'single sign-on', failure, pauseMs: 10 * 60 * 1000 });
  }

  protected override async work(): Promise<void> {
    await this.signIns.forgetExpired();
  }
}
