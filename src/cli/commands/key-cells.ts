import type { ApiKeyView } from '@latchkey/sdk';
import type { Cell, Column } from '../terminal/table.js';
import { accesses, seconds } from './cells.js';

/** A list of keys. */
export const keyColumns: readonly Column<ApiKeyView>[] = [
  { title: 'id', of: (key) => key.id },
  { title: 'name', of: (key) => key.name },
  { title: 'secret', of: (key) => `${key.prefix}…` },
  { title: 'reaches', of: reachOf },
  { title: 'products', of: productsOf },
  { title: 'owner', of: (key) => key.owner?.name },
  { title: 'status', of: (key) => key.status },
  { title: 'last used', of: (key) => seconds(key.last_used_at) },
  { title: 'expires', of: (key) => seconds(key.expires_at) },
];

/** What is shown of a key. */
export function shownKey(key: ApiKeyView): Record<string, Cell> {
  return {
    id: key.id,
    name: key.name,
    secret: `${key.prefix}…`,
    reaches: reachOf(key),
    products: productsOf(key),
    owner: key.owner && `${key.owner.name} (${key.owner.type} ${key.owner.id})`,
    status: key.status,
    addresses: key.allowed_ips === null ? 'all' : key.allowed_ips.join(', '),
    created: seconds(key.created_at),
    'not before': seconds(key.not_before),
    expires: seconds(key.expires_at),
    'rotation due': seconds(key.rotation_due_at),
    'last used': seconds(key.last_used_at),
    calls: key.request_count,
  };
}

function reachOf({ scope, project_id }: ApiKeyView): string {
  return scope === 'project' ? `project ${project_id}` : scope;
}

function productsOf({ product_scopes: scopes }: ApiKeyView): string {
  return scopes === null ? 'as its owner' : accesses(scopes);
}
