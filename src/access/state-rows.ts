import type { AccessMap } from './catalogue.js';
import type {
  CredentialScope,
  CredentialState,
  CredentialType,
  MemberType,
  Owner,
  Tenant,
} from './credential-state.js';
import { lesserScopes } from './effective-access.js';
import { customRole, findBuiltInRole, type Role, type RoleLevel } from './roles.js';

interface RoleRow {
  readonly role_id: string;
  /** Null for a built-in role, which stands in code. */
  readonly role_name: string | null;
  readonly role_permissions: AccessMap | null;
}

/** A member's columns, as the credentials repository selects them. */
export interface OwnerRow extends RoleRow {
  readonly member_id: string | null;
  readonly user_id: string | null;
  readonly member_type: MemberType;
  readonly member_name: string;
  readonly member_status: 'active' | 'deactivated';
  readonly email: string | null;
  readonly user_status: 'active' | 'deactivated' | null;
  readonly project_roles: readonly (RoleRow & { readonly project_id: string })[] | null;
}

/** Everything that the credentials repository selects of one credential. */
export interface StateRow extends OwnerRow {
  readonly credential_type: CredentialType;
  readonly credential_id: string;
  readonly prefix: string | null;
  readonly credential_name: string;
  readonly scope: CredentialScope;
  readonly project_id: string | null;
  readonly project_slug: string | null;
  readonly product_scopes: AccessMap | null;
  /** Of an OAuth token: its own scopes, within those of its client. */
  readonly token_scopes?: AccessMap | null;
  readonly token_id?: string;
  /** Of a session: whether a second factor was shown in it. */
  readonly second_factor?: boolean;
  readonly connection_id?: string | null;
  readonly allowed_ips: readonly string[] | null;
  readonly is_active: boolean;
  readonly not_before: Date | null;
  readonly expires_at: Date | null;
  readonly revoked: boolean;
  readonly organization_id: string | null;
  readonly organization_status: 'active' | 'suspended';
  readonly organization_policy: {
    readonly allowed_ips?: readonly string[] | null;
    readonly require_second_factor?: boolean;
  };
  readonly rate_limit_per_minute: number | null;
  readonly read_at: Date;
}

/** The same texts for every state: the driver makes new ones for each row. */
const types = { api_key: 'api_key', session: 'session', oauth: 'oauth' } as const;
const scopes = { organization: 'organization', project: 'project', platform: 'platform' } as const;

/** @param defaultLimit calls a minute for an organization that has no limit of its own */
export function stateOf(row: StateRow, defaultLimit: number): CredentialState {
  const { project_id: projectId, project_slug: slug } = row;
  return {
    credential: {
      type: types[row.credential_type],
      id: row.credential_id,
      prefix: row.prefix,
      name: row.credential_name,
      scope: scopes[row.scope],
      project: projectId !== null && slug !== null ? { id: projectId, slug } : null,
      productScopes: lesserScopes(row.product_scopes, row.token_scopes ?? null),
      allowedIps: row.allowed_ips,
      isActive: row.is_active,
      revoked: row.revoked,
      expiresAt: row.expires_at,
      notBefore: row.not_before,
      ...(row.token_id !== undefined && { tokenId: row.token_id }),
      ...(row.second_factor && { secondFactor: true }),
      ...(row.connection_id && { connectionId: row.connection_id }),
    },
    owner: ownerOf(row),
    tenant: tenantOf(row, defaultLimit),
    readAt: row.read_at.getTime(),
  };
}

/** Null when the row has no member: a platform key's. */
export function ownerOf(row: OwnerRow): Owner | null {
  if (row.member_id === null) return null;
  return {
    memberId: row.member_id,
    userId: row.user_id,
    type: row.member_type,
    name: row.member_name,
    email: row.email,
    status: row.member_status,
    active: row.member_status === 'active' && row.user_status !== 'deactivated',
    role: roleOf(row, 'organization'),
    projectRoles: projectRolesOf(row),
  };
}

const noProjectRoles: Owner['projectRoles'] = new Map();

function projectRolesOf({ project_roles: roles }: OwnerRow): Owner['projectRoles'] {
  if (roles === null) return noProjectRoles;
  return new Map(roles.map((held) => [held.project_id, roleOf(held, 'project')]));
}

function tenantOf(row: StateRow, defaultLimit: number): Tenant | null {
  if (row.organization_id === null) return null;
  return {
    id: row.organization_id,
    suspended: row.organization_status === 'suspended',
    allowedIps: row.organization_policy.allowed_ips ?? null,
    requiresSecondFactor: row.organization_policy.require_second_factor ?? false,
    rateLimitPerMinute: row.rate_limit_per_minute ?? defaultLimit,
  };
}

function roleOf(row: RoleRow, level: RoleLevel): Role {
  const { role_id: id, role_name: name, role_permissions: permissions } = row;
  return findBuiltInRole(id) ?? customRole(id, name ?? '', level, permissions ?? {});
}
