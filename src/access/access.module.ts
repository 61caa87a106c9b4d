import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessGuard } from './access.guard.js';
import { AdmissionModule } from './admission/admission.module.js';
import { AuditTrailModule } from './audit-trail/audit-trail.module.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Credentials } from './credentials.js';
import { DeclaredAccess } from './declared-access.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotentAnswersRepository } from './idempotency/idempotent-answers.repository.js';

/** Who may do what, and the record of it. Every module uses it, none is used by it. */
@Global()
@Module({
  imports: [PassportModule, DiscoveryModule, AuditTrailModule, AdmissionModule],
  providers: [
    Credentials,
    BearerStrategy,
    DeclaredAccess,
    IdempotentAnswersRepository,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [AuditTrailModule, AdmissionModule],
})
export class AccessModule {}
