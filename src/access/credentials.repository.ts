import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import type { CredentialState, Owner, ProjectName } from './credential-state.js';
import { ownerOf, stateOf, type OwnerRow, type StateRow } from './state-rows.js';

const ownerColumns = `
  m.id AS member_id, m.user_id, m.type AS member_type, m.name AS member_name, m.status AS member_status,
  u.email, u.status AS user_status, m.role_id, r.name AS role_name, r.permissions AS role_permissions,
  (SELECT json_agg(json_build_object('project_id', pm.project_id, 'role_id', pm.role_id,
      'role_name', pr.name, 'role_permissions', pr.permissions))
    FROM project_member pm
    JOIN project pp ON pp.id = pm.project_id AND pp.deleted_at IS NULL
    LEFT JOIN role pr ON pr.id = pm.role_id
    WHERE pm.member_id = m.id) AS project_roles`;

const ownerJoins = `
  LEFT JOIN user_account u ON u.id = m.user_id
  LEFT JOIN role r ON r.id = m.role_id`;

const tenantColumns = `
  o.id AS organization_id, o.slug AS organization_slug, o.name AS organization_name,
  o.status AS organization_status, o.policy AS organization_policy, o.rate_limit_per_minute, now() AS read_at`;

const keyState = `
  SELECT 'api_key' AS credential_type, k.id AS credential_id, s.prefix, k.name AS credential_name, k.scope,
    p.id AS project_id, p.slug AS project_slug, k.product_scopes, k.allowed_ips, k.is_active, k.not_before,
    least(k.expires_at, s.expires_at) AS expires_at,
    coalesce(k.revoked_at, m.deleted_at, p.deleted_at, o.deleted_at) IS NOT NULL AS revoked,
    ${ownerColumns}, ${tenantColumns}
  FROM api_key_secret s
  JOIN api_key k ON k.id = s.api_key_id
  LEFT JOIN project p ON p.id = k.project_id
  LEFT JOIN organization o ON o.id = k.organization_id
  LEFT JOIN member m ON m.id = k.owner_id ${ownerJoins}`;

const sessionState = `
  SELECT 'session' AS credential_type, s.id AS credential_id, NULL AS prefix, 'session' AS credential_name,
    'organization' AS scope, NULL AS project_id, NULL AS project_slug, NULL AS product_scopes,
    NULL AS allowed_ips, true AS is_active, NULL AS not_before, s.expires_at,
    coalesce(s.ended_at, m.deleted_at, o.deleted_at) IS NOT NULL AS revoked,
    ${ownerColumns}, ${tenantColumns}
  FROM session s
  JOIN organization o ON o.id = s.organization_id
  JOIN member m ON m.id = s.member_id ${ownerJoins}`;

/** Reads what decisions depend on, each state in one statement so that all of it is of one moment. */
@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The state behind a key's secret, given every hash that it may be stored under. */
  findBySecret(hashes: readonly Buffer[]): Promise<CredentialState | null> {
    return this.first(`${keyState} WHERE s.hash = ANY($1)`, [hashes]);
  }

  /** The state of a key, by its current secret. */
  findByKeyId(keyId: string): Promise<CredentialState | null> {
    return this.first(`${keyState} WHERE k.id = $1 ORDER BY s.id DESC LIMIT 1`, [keyId]);
  }

  /** The state behind a session of a user. */
  findBySession(sessionId: string, userId: string): Promise<CredentialState | null> {
    return this.first(`${sessionState} WHERE s.id = $1 AND s.user_id = $2`, [sessionId, userId]);
  }

  /** A member of an organization with every role that it holds. */
  async findOwner(memberId: string, organizationId: string): Promise<Owner | null> {
    const [row] = await this.database.rows<OwnerRow>(
      `SELECT ${ownerColumns} FROM member m ${ownerJoins}
       WHERE m.id = $1 AND m.organization_id = $2 AND m.deleted_at IS NULL`,
      [memberId, organizationId],
    );
    return row ? ownerOf(row) : null;
  }

  /** Which of these ids and slugs are projects of the organization. */
  findProjects(
    organizationId: string,
    ids: readonly string[],
    slugs: readonly string[],
  ): Promise<ProjectName[]> {
    return this.database.rows<ProjectName>(
      `SELECT id, slug FROM project
       WHERE organization_id = $1 AND deleted_at IS NULL AND (id = ANY($2::uuid[]) OR slug = ANY($3))`,
      [organizationId, ids, slugs],
    );
  }

  /** Tells whether there is a product of this slug. */
  async isProduct(slug: string): Promise<boolean> {
    const rows = await this.database.rows('SELECT 1 FROM product WHERE slug = $1', [slug]);
    return rows.length > 0;
  }

  private async first(sql: string, parameters: unknown[]): Promise<CredentialState | null> {
    const [row] = await this.database.rows<StateRow>(sql, parameters);
    return row ? stateOf(row, this.config.rateLimitPerMinute) : null;
  }
}
