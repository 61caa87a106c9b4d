import { Module } from '@nestjs/common';
import { MembersModule } from '../members/index.js';
import { SecondFactorModule } from '../second-factor/index.js';
import { SessionsModule } from '../sessions/index.js';
import { UsersModule } from '../users/index.js';
import { LoginsController } from './logins.controller.js';
import { LoginsService } from './logins.service.js';

@Module({
  imports: [MembersModule, SecondFactorModule, SessionsModule, UsersModule],
  controllers: [LoginsController],
  providers: [LoginsService],
})
export class LoginsModule {}
