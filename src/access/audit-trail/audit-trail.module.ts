import { Module } from '@nestjs/common';
import { AuditTrailRepository } from './audit-trail.repository.js';
import { Changes } from './changes.js';

/** Writing the audit log. Reading it is a module of its own. */
@Module({ providers: [AuditTrailRepository, Changes], exports: [AuditTrailRepository, Changes] })
export class AuditTrailModule {}
