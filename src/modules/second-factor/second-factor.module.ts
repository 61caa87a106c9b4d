import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/index.js';
import { UsersModule } from '../users/index.js';
import { EnrolmentService } from './enrolment.service.js';
import { FactorPepperCheck } from './factor-pepper-check.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorService } from './second-factor.service.js';
import { TotpController } from './totp.controller.js';

@Module({
  imports: [SessionsModule, UsersModule],
  controllers: [TotpController],
  providers: [EnrolmentService, SecondFactorService, SecondFactorRepository, FactorPepperCheck],
  exports: [SecondFactorService],
})
export class SecondFactorModule {}
