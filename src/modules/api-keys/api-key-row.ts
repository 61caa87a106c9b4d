import type { AccessMap, CredentialScope } from '../../access/index.js';
import type { ApiKeyView, KeyStatus } from './api-key.dto.js';

/** A key as the repository selects it, with what stands beside it. */
export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scope: CredentialScope;
  readonly project_id: string | null;
  readonly product_scopes: AccessMap | null;
  readonly owner_id: string | null;
  readonly owner_type: 'human' | 'service_account';
  readonly owner_name: string;
  readonly status: KeyStatus;
  readonly is_active: boolean;
  readonly created_at: Date;
  readonly created_by: string | null;
  readonly expires_at: Date | null;
  readonly not_before: Date | null;
  readonly last_used_at: Date | null;
  readonly request_count: string;
  readonly rotation_due_at: Date;
  readonly allowed_ips: string[] | null;
}

/** The key as clients see it. */
export function presentKey(row: ApiKeyRow): ApiKeyView {
  const { owner_id: id, owner_type: type, owner_name: name } = row;
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scope: row.scope,
    project_id: row.project_id,
    product_scopes: row.product_scopes,
    owner: id === null ? null : { id, type, name },
    status: row.status,
    is_active: row.is_active,
    created_at: row.created_at.toISOString(),
    created_by: row.created_by,
    expires_at: row.expires_at?.toISOString() ?? null,
    not_before: row.not_before?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    request_count: Number(row.request_count),
    rotation_due_at: row.rotation_due_at.toISOString(),
    allowed_ips: row.allowed_ips,
  };
}
