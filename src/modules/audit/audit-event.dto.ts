import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn, IsIP, IsOptional, IsUUID, Matches } from 'class-validator';
import { ProjectPageQuery, type AuditEvent } from '../../access/index.js';
import { IsTimestamp, Timestamp } from '../../platform/http/validation.js';

/** The forms that the audit log is exported in. */
export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Narrows the audit log. All that is given must hold. */
export class ListAuditEvents extends ProjectPageQuery {
  /**
   * What happened: `noun.past`.
   * @example 'api_key.revoked'
   */
  @IsOptional()
  @Matches(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, { message: 'must be like api_key.revoked' })
  action?: string;

  /** Who did it: a member or a platform key. */
  @IsOptional()
  @IsUUID()
  actor_id?: string;

  /** The credential that it was done with: an API key, a session or an OAuth client. */
  @IsOptional()
  @IsUUID()
  key_id?: string;

  /**
   * The product that access was asked to.
   * @example 'uptime'
   */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9_-]{1,47}$/, { message: 'must be a product' })
  product?: string;

  @IsOptional()
  @IsIn(['allowed', 'denied'])
  @ApiProperty({ enum: ['allowed', 'denied'], required: false })
  outcome?: 'allowed' | 'denied';

  /**
   * The earliest moment, included.
   * @example '2026-11-01T00:00:00Z'
   */
  @IsOptional()
  @IsTimestamp()
  from?: string;

  /**
   * The latest moment, not included.
   * @example '2026-12-01T00:00:00Z'
   */
  @IsOptional()
  @IsTimestamp()
  to?: string;

  /**
   * The address that it was done from.
   * @example '203.0.113.7'
   */
  @IsOptional()
  @IsIP()
  ip?: string;
}

/** Narrows the audit log where it is exported, and says in which form. */
export class ExportAuditEvents extends OmitType(ListAuditEvents, ['limit', 'cursor']) {
  /** `ndjson`: an event a line, as the list has it, to be verified offline; `csv`: a table for people. */
  @IsOptional()
  @IsIn(exportFormats)
  @ApiProperty({ enum: exportFormats, required: false, default: 'ndjson' })
  format: ExportFormat = 'ndjson';
}

/** What events have to match. */
export type AuditEventFilter = Omit<ListAuditEvents, 'limit' | 'cursor'>;

/** Who acted. */
export class AuditActor {
  @ApiProperty({ enum: ['human', 'service_account', 'platform', 'system', 'unknown'] })
  type!: string;

  /** The member or platform key; null for Latchkey itself, and for a caller who did not prove who they are. */
  id!: string | null;

  /**
   * Its name at that moment.
   * @example 'Ada'
   */
  name!: string;
}

/** What it was done with. */
export class AuditCredential {
  @ApiProperty({ enum: ['api_key', 'session', 'oauth'] })
  type!: string;

  id!: string;

  /**
   * The first characters of a key's secret.
   * @example 'sk_3zK9vQm'
   */
  prefix!: string | null;
}

/** What it was done to; of a caller who was refused, who they said to be. */
export class AuditTarget {
  /** @example 'api_key' */
  type!: string;

  id!: string;
}

/** The call that it was done in. */
export class AuditRequest {
  /** The answer's X-Request-Id. */
  id!: string;

  /** @example 'POST' */
  method!: string;

  /**
   * The route's pattern.
   * @example '/v1/api-keys'
   */
  route!: string;

  /** @example '203.0.113.7' */
  ip!: string;

  user_agent!: string | null;
}

/** One line of the audit log. */
export class AuditEventView {
  id!: string;

  /** Counts the organization's events without gaps. */
  @ApiProperty({ type: 'integer', example: 42 })
  seq!: number;

  @Timestamp()
  occurred_at!: string;

  /** How many refusals, by the limit or of callers without a credential, are told together; left out when it is one. */
  @ApiPropertyOptional({ type: 'integer', minimum: 2, example: 17 })
  count?: number;

  /** @example 'api_key.used' */
  action!: string;

  @ApiProperty({ enum: ['allowed', 'denied'] })
  outcome!: 'allowed' | 'denied';

  /**
   * Why it was denied.
   * @example 'insufficient_permissions'
   */
  code!: string | null;

  /** Null for an event of the operator's own log. */
  organization_id!: string | null;

  project_id!: string | null;
  actor!: AuditActor;
  credential!: AuditCredential | null;

  /**
   * The product that access was asked to.
   * @example 'uptime'
   */
  product!: string | null;

  @ApiProperty({ enum: ['read', 'read_write'], nullable: true })
  access!: string | null;

  target!: AuditTarget | null;

  /** Field by field: what stood before and what stands after. Never a secret. */
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'array', items: {}, minItems: 2, maxItems: 2 },
    example: { name: ['Reader', 'Status page reader'] },
  })
  changes!: AuditEvent['changes'];

  request!: AuditRequest | null;

  /** The hash of the event before, or zeros at the first; null until this event is sealed, about a second later. */
  @ApiProperty({ type: String, nullable: true, example: '00'.repeat(32) })
  previous_hash!: string | null;

  /** SHA-256, in hex, of the bytes of `previous_hash` and this object without the two hashes (RFC 8785). */
  @ApiProperty({ type: String, nullable: true, example: 'a9'.repeat(32) })
  hash!: string | null;
}
