import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/index.js';
import { UsersModule } from '../users/index.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { PasswordsController } from './passwords.controller.js';
import { PasswordsService } from './passwords.service.js';

@Module({
  imports: [SessionsModule, UsersModule],
  controllers: [PasswordsController],
  providers: [PasswordsService, PasswordResetsRepository],
})
export class PasswordsModule {}
