import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { prototypeNames } from '../harness/hostile-calls.js';
import { World } from '../harness/world.js';
import {
  accessMaps,
  addresses,
  flags,
  ids,
  names,
  noText,
  notWithin,
  roles,
  slugs,
  times,
} from '../harness/wrong-values.js';

let calls = 0;
let world: World;
let paths: Record<string, string>;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  const project = await world.project();
  const bot = await world.serviceAccount();
  const { key } = await world.key();
  const role = { name: 'Reader', level: 'project', permissions: {} };
  paths = {
    project: `/projects/${project.id}`,
    projectMember: `/projects/${project.id}/members/${bot.id}`,
    member: `/members/${bot.id}`,
    serviceAccount: `/service-accounts/${bot.id}`,
    key: `/api-keys/${key.id}`,
    role: `/roles/${(await world.created('/roles', role)).id}`,
    organization: `/organizations/${world.organizationId}`,
    product: '/products/uptime',
  };
});
afterAll(() => world.close());

/** Routes, what is right for them, and what is wrong in place of a field of it. */
const cases: [
  method: string,
  path: string,
  by: 'owner' | 'platform',
  right: object,
  wrong: Record<string, unknown[]>,
][] = [
  ['POST', '/projects', 'owner', { name: 'P' }, { name: [...names, undefined], slug: slugs }],
  ['PATCH', 'project', 'owner', {}, { name: names, slug: slugs }],
  ['PUT', 'projectMember', 'owner', { role: 'viewer' }, { role: [...roles, 'owner', undefined] }],
  [
    'PATCH',
    'member',
    'owner',
    {},
    { name: names, role: [...roles, 'viewer'], status: ['gone', '', null, ...noText] },
  ],
  [
    'POST',
    '/service-accounts',
    'owner',
    { name: 'B' },
    {
      name: [...names, undefined],
      role: [...roles, 'viewer'],
      projects: [
        7,
        'x',
        {},
        null,
        [7],
        [null],
        [[]],
        [{}],
        [{ project_id: randomUUID() }],
        [{ role: 'viewer' }],
        [{ project_id: 'x', role: 'viewer' }],
        Array.from({ length: 101 }, () => ({ project_id: randomUUID(), role: 'viewer' })),
      ],
    },
  ],
  ['PATCH', 'serviceAccount', 'owner', {}, { name: names, status: ['gone', null, ...noText] }],
  [
    'POST',
    '/roles',
    'owner',
    { name: 'R', level: 'project', permissions: {} },
    {
      name: [...names, undefined],
      level: ['', 'platform', null, undefined, ...noText],
      permissions: [...accessMaps, null, undefined],
    },
  ],
  ['PATCH', 'role', 'owner', {}, { name: names, permissions: [...accessMaps, null] }],
  [
    'POST',
    '/products',
    'platform',
    { slug: 'extra', name: 'E' },
    {
      slug: [...slugs, 'constructor', 'prototype', undefined],
      name: [...names, undefined],
      description: ['x'.repeat(501), 'a\0', null, ...noText],
    },
  ],
  [
    'PATCH',
    'product',
    'platform',
    {},
    { name: names, description: ['x'.repeat(501), null, ...noText], slug: ['other'] },
  ],
  [
    'POST',
    '/api-keys',
    'owner',
    { name: 'K' },
    {
      name: [...names, undefined],
      scope: ['', 'all', null, 'platform', ...noText],
      project_id: ids,
      owner_id: ids,
      product_scopes: accessMaps,
      expires_at: [...times, '2000-01-01T00:00:00Z'],
      not_before: times,
      allowed_ips: addresses,
    },
  ],
  [
    'PATCH',
    'key',
    'owner',
    {},
    {
      name: names,
      product_scopes: accessMaps,
      expires_at: [...times, '2000-01-01T00:00:00Z'],
      allowed_ips: addresses,
      is_active: flags,
      not_before: [null],
      owner_id: [randomUUID()],
      scope: ['organization'],
    },
  ],
  ['POST', 'key/rotate', 'owner', {}, { overlap_seconds: [...notWithin(0, 604_800), null] }],
  [
    'POST',
    '/organizations',
    'platform',
    { name: 'O', owner_email: 'o@example.com' },
    {
      name: [...names, undefined],
      slug: slugs,
      owner_email: [
        '',
        'x',
        '@example.com',
        'a@',
        'a b@example.com',
        'a\n@example.com',
        `a@${'x'.repeat(300)}.com`,
        null,
        undefined,
        ...noText,
      ],
    },
  ],
  [
    'PATCH',
    'organization',
    'platform',
    {},
    {
      name: names,
      slug: slugs,
      status: ['gone', null, ...noText],
      rate_limit_per_minute: notWithin(1, 100_000),
      policy: [
        null,
        7,
        'x',
        [],
        { colour: 'red' },
        { access_token_ttl_seconds: 59 },
        { access_token_ttl_seconds: null },
        { refresh_token_ttl_seconds: 1 },
        { max_key_lifetime_days: 0 },
        { max_key_lifetime_days: '7' },
        { rotation_reminder_days: 3651 },
        { rotation_reminder_days: null },
        ...addresses.map((allowed_ips) => ({ allowed_ips })),
      ],
    },
  ],
  [
    'POST',
    '/auth/login',
    'owner',
    { email: 'o@example.com', password: 'wrong' },
    {
      email: [undefined, null, 7, {}, ['x'], 'x'.repeat(255)],
      password: [undefined, null, 7, {}, 'x'.repeat(129)],
      organization: [null, 7, 'x'.repeat(101)],
    },
  ],
];

describe('400 invalid_request for a body field of a wrong type or value, and nothing changes', () => {
  it.each(
    cases.flatMap(([method, path, by, right, wrong]) =>
      Object.entries(wrong).map(([field, values]) => ({ method, path, by, right, field, values })),
    ),
  )('$method $path: $field', async ({ method, path, by, right, field, values }) => {
    const before = await everyRow(world.server);
    const accepted: unknown[] = [];
    for (const value of values) {
      const answer = await caller(by).call(method, pathTo(path), { ...right, [field]: value });
      if (outcome(answer) !== '400 invalid_request') accepted.push([value, outcome(answer)]);
    }
    expect(accepted).toEqual([]);
    expect(await everyRow(world.server)).toBe(before);
  });

  it.each(cases)('%s %s: unknown fields', async (method, path, by, right) => {
    const before = await everyRow(world.server);
    for (const name of [
      'colour',
      'id',
      'Name',
      'organization_id',
      'created_at',
      '',
      ...prototypeNames,
    ]) {
      const body = JSON.stringify(right)
        .replace(/\}$/, `,${JSON.stringify(name)}:1}`)
        .replace('{,', '{');
      const answer = await caller(by).call(method, pathTo(path), body);
      expect([name, outcome(answer)]).toEqual([name, '400 invalid_request']);
    }
    expect(await everyRow(world.server)).toBe(before);
  });

  /** A caller with an address of its own each time, so that nobody is slowed down for guessing at logins. */
  function caller(by: 'owner' | 'platform'): Client {
    calls += 1;
    return world[by].with({ 'x-forwarded-for': `10.0.${calls >> 8}.${calls & 255}` });
  }

  function pathTo(path: string): string {
    const [name = '', ...rest] = path.split('/');
    return name === '' ? path : [paths[name], ...rest].join('/');
  }
});
