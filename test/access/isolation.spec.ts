import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../harness/client.js';
import { password, someAddress } from '../harness/world.js';
import { snapshotRoutes } from './grid.js';
import { comparable, nothing, Tenants, type Belongings } from './tenants.js';

/** A call that names something: how, with which body and headers, and what the owner of another organization is answered. */
interface Naming {
  readonly answer: number;
  readonly call: string;
  readonly body?: (named: Belongings) => object;
  readonly headers?: (named: Belongings) => Record<string, string>;
}

/** In paths and queries, `{…}` is the thing that is named and `[…]` one of our own. */
const namings: Naming[] = [
  { answer: 404, call: 'GET /organizations/{organization}' },
  { answer: 404, call: 'PATCH /organizations/{organization}', body: () => ({ name: 'Mine' }) },
  { answer: 404, call: 'DELETE /organizations/{organization}' },
  { answer: 404, call: 'GET /organizations/{organization}/single-sign-on' },
  {
    answer: 404,
    call: 'PUT /organizations/{organization}/single-sign-on',
    body: () => ({
      issuer: 'https://login.example.com',
      client_id: 'mine',
      client_secret: 'mine',
      domains: ['acme.example'],
      default_role: 'member',
    }),
  },
  { answer: 404, call: 'DELETE /organizations/{organization}/single-sign-on' },
  {
    answer: 403,
    call: 'PUT /organizations/{organization}/single-sign-on/confirmed-domains',
    body: () => ({ domains: ['acme.example'] }),
  },

  { answer: 404, call: 'GET /projects/{project}' },
  { answer: 404, call: 'PATCH /projects/{project}', body: () => ({ name: 'Mine' }) },
  { answer: 404, call: 'DELETE /projects/{project}' },
  { answer: 404, call: 'GET /projects/{project}/members' },
  {
    answer: 404,
    call: 'PUT /projects/{project}/members/[member]',
    body: () => ({ role: 'viewer' }),
  },
  { answer: 404, call: 'DELETE /projects/{project}/members/[service account]' },
  { answer: 404, call: 'GET /api-keys?project_id={project}' },
  { answer: 404, call: 'GET /audit-events?project_id={project}' },
  {
    answer: 404,
    call: 'POST /api-keys',
    body: ({ project }) => ({ name: 'Key', project_id: project }),
  },
  {
    answer: 404,
    call: 'POST /service-accounts',
    body: ({ project }) => ({ name: 'Bot', projects: [{ project_id: project, role: 'viewer' }] }),
  },
  ...['/authorize?product=uptime', '/users/me', '/projects', '/members'].flatMap((path) => [
    {
      answer: 404,
      call: `GET ${path}`,
      headers: ({ project }: Belongings) => ({ 'x-project-id': project }),
    },
    {
      answer: 404,
      call: `GET ${path}`,
      headers: (named: Belongings) => ({ 'x-project-slug': named['project slug'] }),
    },
  ]),

  { answer: 404, call: 'GET /members/{member}' },
  { answer: 404, call: 'PATCH /members/{member}', body: () => ({ role: 'owner' }) },
  { answer: 404, call: 'DELETE /members/{member}' },
  {
    answer: 404,
    call: 'PUT /projects/[project]/members/{member}',
    body: () => ({ role: 'viewer' }),
  },
  { answer: 404, call: 'DELETE /projects/[project]/members/{service account}' },
  {
    answer: 404,
    call: 'POST /api-keys',
    body: ({ member }) => ({ name: 'Key', owner_id: member }),
  },
  { answer: 200, call: 'GET /api-keys?owner_id={member}' },
  { answer: 200, call: 'GET /audit-events?actor_id={member}' },

  { answer: 404, call: 'GET /service-accounts/{service account}' },
  {
    answer: 404,
    call: 'PATCH /service-accounts/{service account}',
    body: () => ({ status: 'deactivated' }),
  },
  { answer: 404, call: 'DELETE /service-accounts/{service account}' },

  { answer: 404, call: 'GET /service-accounts/{service account}/clients' },
  { answer: 404, call: 'POST /service-accounts/{service account}/clients', body: () => ({}) },
  ...['[service account]', '{service account}'].flatMap((account) => [
    {
      answer: 404,
      call: `PATCH /service-accounts/${account}/clients/{client}`,
      body: () => ({ scope: 'read' }),
    },
    {
      answer: 404,
      call: `POST /service-accounts/${account}/clients/{client}/rotate`,
      body: () => ({}),
    },
    { answer: 404, call: `DELETE /service-accounts/${account}/clients/{client}` },
  ]),

  { answer: 404, call: 'DELETE /invitations/{invitation}' },
  { answer: 400, call: 'POST /invitations', body: ({ role }) => ({ email: 'a@b.example', role }) },
  {
    answer: 404,
    call: 'POST /invitations',
    body: ({ project }) => ({
      email: 'a@b.example',
      role: 'member',
      projects: [{ project_id: project, role: 'viewer' }],
    }),
  },
  { answer: 404, call: 'GET /roles/{role}' },
  { answer: 404, call: 'PATCH /roles/{role}', body: () => ({ permissions: {} }) },
  { answer: 404, call: 'DELETE /roles/{role}' },
  { answer: 400, call: 'PATCH /members/[member]', body: ({ role }) => ({ role }) },
  {
    answer: 400,
    call: 'PUT /projects/[project]/members/[member]',
    body: ({ role }) => ({ role }),
  },
  { answer: 400, call: 'POST /service-accounts', body: ({ role }) => ({ name: 'Bot', role }) },

  { answer: 404, call: 'GET /api-keys/{key}' },
  { answer: 404, call: 'PATCH /api-keys/{key}', body: () => ({ is_active: false }) },
  { answer: 404, call: 'POST /api-keys/{key}/rotate', body: () => ({}) },
  { answer: 404, call: 'DELETE /api-keys/{key}' },
  { answer: 200, call: 'GET /audit-events?key_id={key}' },

  { answer: 404, call: 'GET /audit-events/{event}' },
  ...(['key', 'session'] as const).map((credential) => ({
    answer: 404,
    call: 'POST /decisions/explain',
    body: (named: Belongings) => ({
      credential_id: named[credential],
      product: 'uptime',
      access: 'read',
    }),
  })),

  // A key gets 400 here; a session of somebody else 404.
  { answer: 400, call: 'DELETE /auth/sessions/{session}' },
  {
    answer: 400,
    call: 'POST /auth/switch',
    body: ({ organization }) => ({ organization_id: organization }),
  },
];

let tenants: Tenants;
let before: string;
const callers: Record<string, Client> = {};

beforeAll(async () => {
  tenants = await Tenants.start();
  before = await tenants.theirRows();
  const { ours } = tenants;
  const viewer = await ours.key(await ours.bot('member', 'viewer'));
  const admin = await ours.key(await ours.bot('member', 'admin'), {
    project_id: ours.projects.A,
  });
  callers["the owner's key"] = ours.owner;
  callers["an owner's session"] = (await ours.human('owner')).client;
  callers["a viewer's key"] = tenants.world.client(viewer.secret);
  callers["a project admin's project-scoped key"] = tenants.world.client(admin.secret);
});
afterAll(() => tenants.close());

describe.each(namings.map((naming) => [titleOf(naming), naming] as const))('%s', (_, naming) => {
  it(`answers the owner of another organization ${naming.answer}`, async () => {
    const answer = await ask(tenants.ours.owner, naming, tenants.theirThings);
    expect(answer.status).toBe(naming.answer);
    expect(answer.headers.has('retry-after')).toBe(false);
  });

  it('answers what is theirs with the same bytes as what does not exist, whoever asks', async () => {
    for (const [who, client] of Object.entries(callers)) {
      const theirs = comparable(await ask(client, naming, tenants.theirThings));
      const nobodys = comparable(await ask(client, naming, nothing()));
      expect({ who, ...theirs }).toEqual({ who, ...nobodys });
    }
  });

  it('leaves the other organization as it was', async () => {
    expect(await tenants.theirRows()).toBe(before);
  });
});

describe('POST /auth/login', () => {
  it('answers a user who is no member there with the same bytes as an organization that does not exist', async () => {
    const { email } = await tenants.ours.human('member');
    const logins = [tenants.theirThings.organization, nothing().organization].map((organization) =>
      tenants.world
        .client(null)
        .with({ 'x-forwarded-for': someAddress() })
        .post('/auth/login', { email, password, organization }),
    );
    const [theirs, nobodys] = await Promise.all(logins);
    expect(theirs?.status).toBe(401);
    expect(theirs && comparable(theirs)).toEqual(nobodys && comparable(nobodys));
  });
});

describe('this table', () => {
  it('names something on every route with an id in its path', async () => {
    const shapes = new Set(namings.map(({ call }) => shapeOf(call.replace(' ', ' /v1'))));
    const routes = (await snapshotRoutes())
      .map(({ route }) => shapeOf(route))
      .filter((route) => route.includes('{}') && !route.includes('/products/'));
    expect(routes.filter((route) => !shapes.has(route))).toEqual([]);
  });
});

function shapeOf(route: string): string {
  return route.replace(/\?.*/, '').replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '{}');
}

function titleOf({ call, body, headers }: Naming): string {
  const placeholders = Object.fromEntries(
    Object.keys(nothing()).map((thing) => [thing, `{${thing}}`]),
  ) as unknown as Belongings;
  const more = [headers?.(placeholders), body?.(placeholders)].filter(Boolean);
  return [call, ...more.map((part) => JSON.stringify(part))].join(' ');
}

function ask(client: Client, { call, body, headers }: Naming, named: Belongings) {
  const fill = (text: string, open: RegExp, things: Belongings) =>
    text.replaceAll(open, (_, thing: keyof Belongings) => things[thing]);
  const [method = '', ...rest] = call.split(' ');
  const path = fill(
    fill(rest.join(' '), /\{([^}]+)\}/g, named),
    /\[([^\]]+)\]/g,
    tenants.ourThings,
  );
  return client.with(headers?.(named) ?? {}).call(method, path, body?.(named));
}
