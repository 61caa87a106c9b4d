import { expect, it } from 'vitest';
import type { Tenant } from '../credential-state.js';
import { SharedTenants } from './shared-tenants.js';

const tenant = (changes: Partial<Tenant> = {}): Tenant => ({
  id: 'one',
  slug: 'acme',
  name: 'Acme',
  suspended: false,
  allowedIps: ['10.0.0.0/8'],
  rateLimitPerMinute: 100,
  ...changes,
});

it('tenants that say the same are one object', () => {
  const tenants = new SharedTenants(10);
  expect(tenants.share(tenant())).toBe(tenants.share(tenant()));
});

it.each<Partial<Tenant>>([
  { suspended: true },
  { allowedIps: ['10.0.0.0/9'] },
  { allowedIps: null },
  { rateLimitPerMinute: 99 },
  { name: 'Acme Inc' },
  { id: 'other' },
])('a tenant that differs in %o is its own', (change) => {
  const tenants = new SharedTenants(10);
  const first = tenants.share(tenant());
  expect(tenants.share(tenant(change))).toEqual(tenant(change));
  expect(first).toEqual(tenant());
});
