import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

const refused = '403 insufficient_permissions';

let world: World;
let project: Json;
let other: Json;
beforeAll(async () => {
  world = await World.start();
  [project, other] = [await world.project(), await world.project()];
});
afterAll(() => world.close());

/** A member with an organization role (a custom one is made of permissions) and roles in projects. */
async function member(
  role: string | object,
  projects: Record<string, string> = {},
): Promise<{ id: string; client: Client }> {
  const level = 'organization';
  const made =
    typeof role === 'string'
      ? role
      : (await world.created('/roles', { name: randomUUID(), level, permissions: role })).id;
  const { id } = await world.serviceAccount(made, projects);
  return { id, client: (await world.key({ owner_id: id })).client };
}

/** What a client is told that it may do, in a project or in the organization. */
async function permissions(client: Client, projectId?: string): Promise<Json> {
  const caller = projectId === undefined ? client : client.with({ 'x-project-id': projectId });
  return (await caller.get('/users/me')).body.permissions;
}

describe('a narrow key', () => {
  const scopes = { api_keys: 'read_write', uptime: 'read' };
  const narrow = async () => (await world.key({ product_scopes: scopes })).client;

  it('of an owner names no identity provider, which could sign in as the owner', async () => {
    const product_scopes = { organization: 'read_write', projects: 'read', members: 'read' };
    const { client } = await world.key({ product_scopes });
    const provider = {
      issuer: 'https://login.example.com',
      client_id: 'latchkey',
      client_secret: 'a secret',
      domains: ['acme.example'],
      default_role: 'member',
    };
    const path = `/organizations/${world.organizationId}/single-sign-on`;
    const answer = await client.put(path, provider);
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toContainEqual({ product: 'members', access: 'read_write' });
    expect(outcome(await world.owner.put(path, provider))).toBe('200');
  });

  it('makes no key that is wider, and says what is missing', async () => {
    const product_scopes = { ...scopes, uptime: 'read_write', audit: 'read' };
    const answer = await (await narrow()).post('/api-keys', { name: 'Wide', product_scopes });
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual(
      expect.arrayContaining([
        { product: 'uptime', access: 'read_write' },
        { product: 'audit', access: 'read' },
      ]),
    );
  });

  it('makes keys of its own scopes when it asks for all, for whichever owner', async () => {
    const client = await narrow();
    const bot = await member('admin');
    for (const more of [{}, { owner_id: bot.id }, { project_id: project.id }]) {
      const key = await world.created('/api-keys', { name: 'All', ...more }, client);
      expect(key.product_scopes).toEqual(scopes);
    }
  });

  it('makes no key that grows with an owner who has nothing yet', async () => {
    const bot = await member({});
    const key = await world.created(
      '/api-keys',
      { name: 'Seed', owner_id: bot.id },
      await narrow(),
    );
    await world.owner.patch(`/members/${bot.id}`, { role: 'admin' });
    const grown = await permissions(world.client(key.secret), project.id);
    expect(grown).toMatchObject({
      uptime: 'read',
      members: 'none',
      audit: 'none',
      incidents: 'none',
    });
  });

  it('neither widens itself nor takes over a wider key of its owner', async () => {
    const { key: wide } = await world.key();
    const { key, client } = await world.key({ product_scopes: scopes });
    const change = { product_scopes: { members: 'read_write' } };
    expect(outcome(await client.patch(`/api-keys/${key.id}`, change))).toBe(refused);
    await client.patch(`/api-keys/${key.id}`, { product_scopes: null });
    expect((await permissions(client, project.id)).members).toBe('none');
    expect(outcome(await client.post(`/api-keys/${wide.id}/rotate`, {}))).toBe(refused);
  });
});

describe('a key that somebody with less may manage', () => {
  const wide = (more: object = {}) => world.key({ name: 'Wide', ...more });
  const manager = async () => (await member({ api_keys: 'read_write' })).client;

  it.each([
    ['is_active', { is_active: false }, { is_active: true }],
    ['allowed_ips', { allowed_ips: ['192.0.2.1'] }, { allowed_ips: null }],
    ['expires_at', { expires_at: '2099-01-01T00:00:00.000Z' }, { expires_at: null }],
    [
      'expires_at',
      { expires_at: '2099-01-01T00:00:00.000Z' },
      { expires_at: '2099-01-02T00:00:00Z' },
    ],
  ])('403 insufficient_permissions when they loosen its %s', async (_, tight, loose) => {
    const { key } = await wide();
    expect(outcome(await world.owner.patch(`/api-keys/${key.id}`, tight))).toBe('200');
    expect(outcome(await (await manager()).patch(`/api-keys/${key.id}`, loose))).toBe(refused);
    expect((await world.owner.get(`/api-keys/${key.id}`)).body).toMatchObject(tight);
    expect(outcome(await world.owner.patch(`/api-keys/${key.id}`, loose))).toBe('200');
  });

  it('can be renamed, disabled and revoked by them', async () => {
    const { key } = await wide();
    const client = await manager();
    const change = { name: 'Renamed', is_active: false };
    expect(outcome(await client.patch(`/api-keys/${key.id}`, change))).toBe('200');
    expect(outcome(await client.delete(`/api-keys/${key.id}`))).toBe('204');
  });

  it('403 insufficient_permissions when an admin takes over an owner’s key', async () => {
    const { key } = await wide({ product_scopes: { uptime: 'read' } });
    const { client } = await member('admin');
    expect(outcome(await client.post(`/api-keys/${key.id}/rotate`, {}))).toBe(refused);
    const change = { product_scopes: { organization: 'read_write' } };
    expect(outcome(await client.patch(`/api-keys/${key.id}`, change))).toBe(refused);
    const input = { name: 'Mine', owner_id: world.ownerId };
    expect(outcome(await client.post('/api-keys', input))).toBe(refused);
  });
});

describe('a project admin', () => {
  const admin = () => member('member', { [project.id]: 'admin' });

  it('reaches neither keys nor events nor roles of another project by naming it', async () => {
    const { client } = await admin();
    const { key } = await world.key({ project_id: other.id });
    const there = client.with({ 'x-project-id': other.id });
    const answers = [
      await there.get('/api-keys'),
      await there.get('/audit-events'),
      await there.get(`/api-keys/${key.id}`),
      await there.patch(`/api-keys/${key.id}`, { name: 'Mine' }),
      await there.post(`/api-keys/${key.id}/rotate`, {}),
      await there.delete(`/api-keys/${key.id}`),
      await client.get(`/audit-events?project_id=${other.id}`),
    ];
    // What one owns oneself may be listed, shown and revoked wherever it is; nothing here is.
    expect(answers.map(outcome)).toEqual([
      '200',
      refused,
      '404 not_found',
      refused,
      refused,
      '404 not_found',
      refused,
    ]);
    expect(answers[0]?.body.data).toEqual([]);
    expect(outcome(await client.get(`/api-keys/${key.id}`))).toBe('404 not_found');
    expect(outcome(await client.delete(`/api-keys/${key.id}`))).toBe('404 not_found');
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.status).toBe('active');
  });

  it('makes no key for the organization, also as somebody who is more', async () => {
    const { client } = await admin();
    for (const caller of [client, client.with({ 'x-project-id': project.id })]) {
      for (const owner_id of [world.ownerId, undefined]) {
        const input = { name: 'Wide', scope: 'organization', owner_id };
        expect(outcome(await caller.post('/api-keys', input))).toMatch(/^40[03] /);
      }
    }
  });

  it('gets no more than its own access from a key of an owner in its project', async () => {
    const { client } = await admin();
    const input = { name: 'As owner', project_id: project.id, owner_id: world.ownerId };
    const key = await world.created('/api-keys', input, client);
    const stepped = world.client(key.secret);
    expect(await permissions(stepped)).toMatchObject({ organization: 'none', audit: 'read' });
    expect(outcome(await stepped.get(`/projects/${other.id}`))).toBe(refused);
    const promote = await stepped.patch(`/members/${world.ownerId}`, { name: 'Mine' });
    expect(outcome(promote)).toBe(refused);
    expect(outcome(await stepped.post('/service-accounts', { name: 'Step' }))).toBe(refused);
    expect(outcome(await stepped.delete(`/organizations/${world.organizationId}`))).toBe(refused);
  });

  it('changes no key of its own in a project where it manages none', async () => {
    const both = await member('member', { [project.id]: 'admin', [other.id]: 'viewer' });
    const tight = { project_id: other.id, owner_id: both.id, allowed_ips: ['192.0.2.1'] };
    const { key } = await world.key(tight);
    const path = `/api-keys/${key.id}`;
    expect(outcome(await both.client.get(path))).toBe('200');
    expect(outcome(await both.client.patch(path, { allowed_ips: null }))).toBe(refused);
    expect(outcome(await both.client.post(`${path}/rotate`, {}))).toBe(refused);
    expect(outcome(await both.client.delete(path))).toBe('204');
  });
});

describe('who manages members', () => {
  it('gives neither itself nor a stepping stone more than it holds', async () => {
    const { id, client } = await member({ members: 'read_write', uptime: 'read' });
    for (const role of ['admin', 'owner']) {
      expect(outcome(await client.patch(`/members/${id}`, { role }))).toBe(refused);
      expect(outcome(await client.post('/service-accounts', { name: 'Step', role }))).toBe(refused);
    }
    const projects = [{ project_id: project.id, role: 'viewer' }];
    const stone = { name: 'Step', role: 'member', projects };
    expect(outcome(await client.post('/service-accounts', stone))).toBe(refused);
    const roles = `/projects/${project.id}/members/${id}`;
    expect(outcome(await client.put(roles, { role: 'editor' }))).toBe(refused);
  });

  it('makes no keys without access to keys, not even for its own service account', async () => {
    const { client } = await member({
      members: 'read_write',
      organization: 'read',
      projects: 'read',
    });
    const stone = await world.created('/service-accounts', { name: 'Step' }, client);
    const answer = await client.post('/api-keys', { name: 'Key', owner_id: stone.id });
    expect(outcome(answer)).toBe(refused);
  });
});

describe('a member without any role in a project', () => {
  it('403 insufficient_permissions wherever it names one', async () => {
    const { client } = await member('member');
    const there = client.with({ 'x-project-id': project.id });
    for (const path of ['/audit-events', '/members', '/roles', '/projects', '/service-accounts'])
      expect([path, outcome(await there.get(path))]).toEqual([path, refused]);
    expect((await there.get('/api-keys')).body.data).toEqual([]);
  });
});
