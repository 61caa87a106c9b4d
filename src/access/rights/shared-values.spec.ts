import { expect, it } from 'vitest';
import type { Tenant } from '../credential-state.js';
import { SharedValues } from './shared-values.js';

const tenant = (changes: Partial<Tenant> = {}): Tenant => ({
  id: 'one',
  slug: 'acme',
  name: 'Acme',
  suspended: false,
  allowedIps: ['10.0.0.0/8'],
  requiresSecondFactor: false,
  rateLimitPerMinute: 100,
  ...changes,
});

it('values of one name that say the same are one object', () => {
  const values = new SharedValues(10);
  expect(values.share('one', tenant())).toBe(values.share('one', tenant()));
});

it('no value is none', () => {
  expect(new SharedValues(10).share('one', null)).toBeNull();
});

it.each<Partial<Tenant>>([
  { suspended: true },
  { allowedIps: ['10.0.0.0/9'] },
  { allowedIps: null },
  { rateLimitPerMinute: 99 },
  { requiresSecondFactor: true },
  { name: 'Acme Inc' },
  { id: 'other' },
])('a value that differs in %o is its own', (change) => {
  const values = new SharedValues(10);
  const first = values.share('one', tenant());
  expect(values.share('one', tenant(change))).toEqual(tenant(change));
  expect(first).toEqual(tenant());
});

it.each([
  [new Map([['project', 'editor']]), new Map([['project', 'viewer']])],
  [{ uptime: 'read' }, { uptime: 'read_write' }],
  [{ uptime: 'read' }, {}],
])('%o is not taken for %o', (one, other) => {
  const values = new SharedValues(10);
  values.share('name', one);
  expect(values.share('name', other)).toBe(other);
});
