import { Module } from '@nestjs/common';
import { AuthorizeController } from './authorize.controller.js';

@Module({ controllers: [AuthorizeController] })
export class VerificationModule {}
