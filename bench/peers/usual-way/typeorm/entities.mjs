import { EntitySchema } from 'typeorm';

const id = { type: 'uuid', primary: true, generated: 'uuid' };

export const Organization = new EntitySchema({
  name: 'organization',
  columns: {
    id,
    name: { type: 'text' },
    status: { type: 'text' },
    rateLimitPerMinute: { name: 'rate_limit_per_minute', type: 'int' },
  },
});

export const Role = new EntitySchema({
  name: 'role',
  columns: { id, name: { type: 'text' }, permissions: { type: 'jsonb' } },
});

export const Member = new EntitySchema({
  name: 'member',
  columns: { id, name: { type: 'text' }, status: { type: 'text' } },
  relations: {
    organization: {
      type: 'many-to-one',
      target: 'organization',
      joinColumn: { name: 'organization_id' },
    },
    role: { type: 'many-to-one', target: 'role', joinColumn: { name: 'role_id' } },
  },
});

export const ApiKey = new EntitySchema({
  name: 'api_key',
  columns: {
    id,
    hash: { type: 'bytea' },
    name: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    expiresAt: { name: 'expires_at', type: 'timestamptz', nullable: true },
    revokedAt: { name: 'revoked_at', type: 'timestamptz', nullable: true },
    lastUsedAt: { name: 'last_used_at', type: 'timestamptz', nullable: true },
  },
  relations: {
    organization: {
      type: 'many-to-one',
      target: 'organization',
      joinColumn: { name: 'organization_id' },
    },
    member: { type: 'many-to-one', target: 'member', joinColumn: { name: 'member_id' } },
  },
});

export const AuditEvent = new EntitySchema({
  name: 'audit_event',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'identity' },
    organizationId: { name: 'organization_id', type: 'uuid' },
    memberId: { name: 'member_id', type: 'uuid' },
    apiKeyId: { name: 'api_key_id', type: 'uuid' },
    occurredAt: { name: 'occurred_at', type: 'timestamptz', createDate: true },
    action: { type: 'text' },
    outcome: { type: 'text' },
    product: { type: 'text', nullable: true },
    access: { type: 'text', nullable: true },
    ip: { type: 'text', nullable: true },
    userAgent: { name: 'user_agent', type: 'text', nullable: true },
  },
});
