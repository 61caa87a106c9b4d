import { Module } from '@nestjs/common';
import { AuthorizeController } from './authorize.controller.js';
import { ChecksController } from './checks.controller.js';
import { ChecksService } from './checks.service.js';

@Module({ controllers: [AuthorizeController, ChecksController], providers: [ChecksService] })
export class VerificationModule {}
