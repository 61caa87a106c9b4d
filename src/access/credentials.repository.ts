import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { grouped } from '../platform/grouped.js';
import {
  operatorId,
  type CredentialSource,
  type CredentialState,
  type Owner,
  type ProjectName,
} from './credential-state.js';
import type { RightsChange } from './rights/rights-log.js';
import type { Stamp, Stamped } from './rights/stamp.js';
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

/** The numbers of the last changes, and the organization's time, read in the same moment as everything else. */
const momentColumns = (organization: string) => `${stampColumns(organization)},
  greatest(admission_clock(), (SELECT at FROM gate WHERE id = ${organization})) AS read_at`;

const stampColumns = (organization: string) => `
  (SELECT version FROM gate WHERE id = ${organization}) AS organization_version,
  (SELECT version FROM gate WHERE id = '${operatorId}') AS platform_version`;

const tenantColumns = `
  o.id AS organization_id, o.status AS organization_status, o.policy AS organization_policy,
  o.rate_limit_per_minute`;

const keyState = `
  SELECT 'api_key' AS credential_type, k.id AS credential_id, s.prefix, k.name AS credential_name, k.scope,
    p.id AS project_id, p.slug AS project_slug, k.product_scopes, k.allowed_ips, k.is_active, k.not_before,
    least(k.expires_at, s.expires_at) AS expires_at,
    coalesce(k.revoked_at, m.deleted_at, p.deleted_at, o.deleted_at) IS NOT NULL AS revoked,
    ${ownerColumns}, ${tenantColumns}, ${momentColumns('k.organization_id')}
  FROM api_key_secret s
  JOIN api_key k ON k.id = s.api_key_id
  LEFT JOIN project p ON p.id = k.project_id
  LEFT JOIN organization o ON o.id = k.organization_id
  LEFT JOIN member m ON m.id = k.owner_id ${ownerJoins}`;

const sessionState = `
  SELECT 'session' AS credential_type, s.id AS credential_id, NULL AS prefix, 'session' AS credential_name,
    'organization' AS scope, NULL AS project_id, NULL AS project_slug, NULL AS product_scopes,
    NULL AS allowed_ips, true AS is_active, NULL AS not_before, s.expires_at, s.second_factor, s.connection_id,
    coalesce(s.ended_at, m.deleted_at, o.deleted_at) IS NOT NULL AS revoked,
    ${ownerColumns}, ${tenantColumns}, ${momentColumns('s.organization_id')}
  FROM session s
  JOIN organization o ON o.id = s.organization_id
  JOIN member m ON m.id = s.member_id ${ownerJoins}`;

/** What the states of a client and of its tokens have in common. */
const clientColumns = `
  'oauth' AS credential_type, c.id AS credential_id, NULL AS prefix, c.name AS credential_name,
  'organization' AS scope, NULL AS project_id, NULL AS project_slug, c.product_scopes, NULL AS allowed_ips,
  true AS is_active, NULL AS not_before, ${ownerColumns}, ${tenantColumns}, ${momentColumns('c.organization_id')}`;

const clientJoins = `
  JOIN organization o ON o.id = c.organization_id
  JOIN member m ON m.id = c.member_id ${ownerJoins}`;

const clientState = `
  SELECT ${clientColumns}, s.expires_at, coalesce(c.deleted_at, m.deleted_at, o.deleted_at) IS NOT NULL AS revoked
  FROM oauth_client c
  LEFT JOIN oauth_client_secret s ON s.client_id = c.id ${clientJoins}`;

const tokenState = `
  SELECT ${clientColumns}, t.expires_at, t.id AS token_id, t.product_scopes AS token_scopes,
    coalesce(t.revoked_at, c.deleted_at, m.deleted_at, o.deleted_at) IS NOT NULL AS revoked
  FROM oauth_token t
  JOIN oauth_client c ON c.id = t.client_id ${clientJoins}`;

/** Reads what decisions depend on, each state in one statement so that all of it is of one moment. */
@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The state behind a credential. */
  async findState(source: CredentialSource): Promise<Stamped<CredentialState> | null> {
    const [state] = await this.findStates([source]);
    return state ?? null;
  }

  /** The state behind each of some credentials, in the same order. */
  async findStates(
    sources: readonly CredentialSource[],
  ): Promise<readonly (Stamped<CredentialState> | null)[]> {
    const states = new Map<string, Stamped<CredentialState>>();
    const remember = (row: SourceRow) => {
      states.set(row.source_name, stamped(row, stateOf(row, this.config.rateLimitPerMinute)));
    };
    for (const alike of grouped(sources, ({ type }) => type).values())
      (await this.statesOfType(alike)).forEach(remember);
    return sources.map((source) => states.get(source.name) ?? null);
  }

  /** The states behind credentials that are all of one type. */
  private statesOfType(sources: readonly CredentialSource[]): Promise<SourceRow[]> {
    const [first] = sources;
    switch (first?.type) {
      case 'session':
        return this.statesOfSessions(sources as readonly SourceOf<'session'>[]);
      case 'oauth':
        return this.statesOfTokens(sources as readonly SourceOf<'oauth'>[]);
      case 'client':
        return this.statesOfClients(sources as readonly SourceOf<'client'>[]);
      default:
        return this.statesOfSecrets(sources);
    }
  }

  private statesOfSecrets(
    sources: readonly Pick<CredentialSource, 'name'>[],
  ): Promise<SourceRow[]> {
    return this.database.rows(
      `SELECT state.*, source.name AS source_name FROM unnest($1::text[]) AS source (name)
       JOIN LATERAL (${keyState} WHERE s.hash = decode(source.name, 'base64')) AS state ON true`,
      [sources.map((source) => source.name)],
    );
  }

  private statesOfSessions(sources: readonly SourceOf<'session'>[]): Promise<SourceRow[]> {
    return this.database.rows(
      `SELECT state.*, source.name AS source_name FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS source (name, id, user_id)
       JOIN LATERAL (${sessionState} WHERE s.id = source.id AND s.user_id = source.user_id) AS state ON true`,
      [
        sources.map((source) => source.name),
        sources.map((source) => source.sessionId),
        sources.map((source) => source.userId),
      ],
    );
  }

  private statesOfTokens(sources: readonly SourceOf<'oauth'>[]): Promise<SourceRow[]> {
    return this.database.rows(
      `SELECT state.*, source.name AS source_name FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS source (name, id, client_id)
       JOIN LATERAL (${tokenState} WHERE t.id = source.id AND t.client_id = source.client_id) AS state ON true`,
      [
        sources.map((source) => source.name),
        sources.map((source) => source.tokenId),
        sources.map((source) => source.clientId),
      ],
    );
  }

  private statesOfClients(sources: readonly SourceOf<'client'>[]): Promise<SourceRow[]> {
    return this.database.rows(
      `SELECT state.*, source.name AS source_name FROM unnest($1::text[], $2::text[], $3::uuid[]) AS source (name, hash, client_id)
       JOIN LATERAL (${clientState} WHERE s.hash = decode(source.hash, 'base64') AND c.id = source.client_id) AS state ON true`,
      [
        sources.map((source) => source.name),
        sources.map((source) => source.hash),
        sources.map((source) => source.clientId),
      ],
    );
  }

  /** The state of an OAuth client, by its current secret. */
  async findByClientId(clientId: string): Promise<CredentialState | null> {
    const sql = `${clientState} WHERE c.id = $1 ORDER BY s.id DESC LIMIT 1`;
    const row = await this.first(sql, [clientId]);
    return row && stateOf(row, this.config.rateLimitPerMinute);
  }

  /** The state of a key, by its current secret. */
  async findByKeyId(keyId: string): Promise<CredentialState | null> {
    const row = await this.first(`${keyState} WHERE k.id = $1 ORDER BY s.id DESC LIMIT 1`, [keyId]);
    return row && stateOf(row, this.config.rateLimitPerMinute);
  }

  /** The state of a credential by the id that events name it by: of a key, an OAuth client or a session. */
  async findByCredentialId(id: string): Promise<Stamped<CredentialState> | null> {
    const newest = 'ORDER BY s.id DESC LIMIT 1';
    for (const sql of [
      `${keyState} WHERE k.id = $1 ${newest}`,
      `${clientState} WHERE c.id = $1 ${newest}`,
      `${sessionState} WHERE s.id = $1`,
    ]) {
      const row = await this.first(sql, [id]);
      if (row) return stamped(row, stateOf(row, this.config.rateLimitPerMinute));
    }
    return null;
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

  /** The project of an organization with an id or slug. */
  async findProject(
    organizationId: string,
    by: 'id' | 'slug',
    value: string,
  ): Promise<Stamped<ProjectName> | null> {
    const [row] = await this.database.rows<ProjectName & StampRow>(
      `SELECT id, slug, ${stampColumns('organization_id')} FROM project
       WHERE organization_id = $1 AND deleted_at IS NULL AND ${by} = $2`,
      [organizationId, value],
    );
    return row ? stamped(row, { id: row.id, slug: row.slug }) : null;
  }

  /** A product by its slug. */
  async findProduct(slug: string): Promise<Stamped<string> | null> {
    const [row] = await this.database.rows<StampRow>(
      `SELECT ${stampColumns(`'${operatorId}'`)} FROM product WHERE slug = $1`,
      [slug],
    );
    return row ? stamped(row, slug) : null;
  }

  /** The last changes of an organization as they are now. */
  async stamp(organizationId: string): Promise<Stamp> {
    const [row] = await this.database.rows<StampRow>(`SELECT ${stampColumns('$1::uuid')}`, [
      organizationId,
    ]);
    if (!row) throw new Error('the database gave no stamp');
    return stamped(row, null).stamp;
  }

  /** An organization's changes of rights after a version, as far as they are kept, and its last one. */
  async changesSince(
    organizationId: string,
    version: number,
  ): Promise<{ version: number; changes: RightsChange[] }> {
    const [row] = await this.database.rows<{ version: string; changes: RightsChange[] | null }>(
      `SELECT version, (SELECT json_agg(json_build_object('version', c.version, 'subject', c.subject) ORDER BY c.version)
         FROM access_change c WHERE c.organization_id = gate.id AND c.version > $2) AS changes
       FROM gate WHERE id = $1`,
      [organizationId, version],
    );
    return { version: Number(row?.version ?? version), changes: row?.changes ?? [] };
  }

  private async first(sql: string, parameters: unknown[]): Promise<(StateRow & StampRow) | null> {
    const [row] = await this.database.rows<StateRow & StampRow>(sql, parameters);
    return row ?? null;
  }
}

type SourceOf<Type extends CredentialSource['type']> = CredentialSource & { readonly type: Type };

type SourceRow = StateRow & StampRow & { readonly source_name: string };

interface StampRow {
  readonly organization_version: string;
  readonly platform_version: string;
}

function stamped<Value>(row: StampRow, value: Value): Stamped<Value> {
  const { organization_version: organization, platform_version: platform } = row;
  return { value, stamp: { organization: Number(organization), platform: Number(platform) } };
}
