import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { MembersModule } from '../members/index.js';
import { UsersModule } from '../users/index.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SlidingWindowStorage } from './sliding-window.storage.js';

/** Guesses that one address may make a minute at a public endpoint, such as a login. */
const publicCallsPerMinute = 20;

@Module({
  imports: [
    MembersModule,
    UsersModule,
    ThrottlerModule.forRootAsync({
      useFactory: () => ({
        throttlers: [{ name: 'address', ttl: 60_000, limit: publicCallsPerMinute }],
        storage: new SlidingWindowStorage(),
        setHeaders: false,
      }),
    }),
  ],
  controllers: [SessionsController],
  providers: [SessionsService, SessionsRepository],
})
export class SessionsModule {}
