import { Module } from '@nestjs/common';
import { MembersModule } from '../members/index.js';
import { SessionsSweep } from './sessions-sweep.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';
import { RefreshingService } from './refreshing.service.js';
import { SessionOpening } from './session-opening.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [MembersModule],
  controllers: [SessionsController],
  providers: [
    SessionsService,
    RefreshingService,
    SessionOpening,
    SessionsRepository,
    RefreshTokensRepository,
    SessionsSweep,
  ],
  exports: [SessionsService, SessionOpening],
})
export class SessionsModule {}
