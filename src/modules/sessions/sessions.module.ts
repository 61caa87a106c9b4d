import { Module } from '@nestjs/common';
import { MembersModule } from '../members/index.js';
import { UsersModule } from '../users/index.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [MembersModule, UsersModule],
  controllers: [SessionsController],
  providers: [SessionsService, SessionsRepository],
})
export class SessionsModule {}
