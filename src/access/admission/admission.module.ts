import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuditTrailModule } from '../audit-trail/audit-trail.module.js';
import { CredentialsRepository } from '../credentials.repository.js';
import { Admission } from './admission.js';
import { RateLimiter } from './rate-limiter.js';
import { SlidingWindowStorage } from './sliding-window.storage.js';

/** Guesses that one address may make a minute at a public endpoint, such as a login. */
const publicCallsPerMinute = 20;

@Module({
  imports: [
    AuditTrailModule,
    ThrottlerModule.forRootAsync({
      useFactory: () => ({
        throttlers: [{ name: 'address', ttl: 60_000, limit: publicCallsPerMinute }],
        storage: new SlidingWindowStorage(),
        setHeaders: false,
      }),
    }),
  ],
  providers: [Admission, RateLimiter, CredentialsRepository],
  exports: [Admission, CredentialsRepository, ThrottlerModule],
})
export class AdmissionModule {}
