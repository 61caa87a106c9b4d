import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Admission } from './admission/admission.js';
import { AdmissionQueue } from './admission/admission-queue.js';
import { Judge } from './admission/judge.js';
import { ChainRepository } from './audit-chain/chain.repository.js';
import { CheckpointFiles } from './audit-chain/checkpoint-files.js';
import { Checkpointer } from './audit-chain/checkpointer.js';
import { FreshEvents } from './audit-chain/fresh-events.js';
import { Sealer } from './audit-chain/sealer.js';
import { SealingRepository } from './audit-chain/sealing.repository.js';
import { PartitionMaker } from './audit-storage/partition-maker.js';
import { PartitionsRepository } from './audit-storage/partitions.repository.js';
import { Retention } from './audit-storage/retention.js';
import { Truncation } from './audit-storage/truncation.js';
import { AuditTrailRepository } from './audit-trail/audit-trail.repository.js';
import { Changes } from './audit-trail/changes.js';
import { PersonalChanges } from './audit-trail/personal-changes.js';
import { Credentials } from './credentials.js';
import { CredentialsRepository } from './credentials.repository.js';
import { DeclaredAccess } from './declared-access.js';
import { IdempotentAnswersRepository } from './idempotency/idempotent-answers.repository.js';
import { ClientAuthentication } from './oauth/client-authentication.js';
import { RefusedCallers } from './refused-callers/refused-callers.js';
import { RefusedCallersRepository } from './refused-callers/refused-callers.repository.js';
import { Rights } from './rights/rights.js';
import { TokenChecks } from './token-checks.js';
import { UsageCounter } from './usage/usage-counter.js';
import { UsageRepository } from './usage/usage.repository.js';

/** Who may do what, and the record of it. Every module uses it, none is used by it. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    Credentials,
    CredentialsRepository,
    ClientAuthentication,
    RefusedCallers,
    RefusedCallersRepository,
    TokenChecks,
    DeclaredAccess,
    Rights,
    Judge,
    Admission,
    AdmissionQueue,
    AuditTrailRepository,
    Changes,
    PersonalChanges,
    ChainRepository,
    FreshEvents,
    SealingRepository,
    Sealer,
    CheckpointFiles,
    Checkpointer,
    PartitionsRepository,
    PartitionMaker,
    Truncation,
    Retention,
    UsageRepository,
    UsageCounter,
    IdempotentAnswersRepository,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    Credentials,
    Judge,
    TokenChecks,
    AuditTrailRepository,
    Changes,
    PersonalChanges,
    RefusedCallers,
    ChainRepository,
    CredentialsRepository,
    IdempotentAnswersRepository,
    PartitionsRepository,
  ],
})
export class AccessModule {}
