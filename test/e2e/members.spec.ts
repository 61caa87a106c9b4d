import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
let admin: Client;
beforeAll(async () => {
  world = await World.start();
  admin = (await keyOf((await world.human('admin')).id)).client;
});
afterAll(() => world.close());

const keyOf = (owner_id: string) => world.key({ owner_id });

/** Actions and changes of the events about a member, oldest first. */
async function eventsAbout(id: string): Promise<Json[]> {
  const { body } = await world.owner.get('/audit-events?limit=100&outcome=allowed');
  return body.data
    .filter((event: Json) => event.target?.id === id)
    .map(({ action, changes }: Json) => ({ action, changes }))
    .reverse();
}

describe('GET /v1/members', () => {
  it('lists humans and service accounts, newest first', async () => {
    const human = await world.human();
    const bot = await world.serviceAccount();
    const { body } = await world.owner.get('/members?limit=2');
    expect(body.data.map((member: Json) => member.id)).toEqual([bot.id, human.id]);
    expect(body.data[1]).toEqual({
      id: human.id,
      type: 'human',
      name: 'Human',
      email: human.email,
      role: 'member',
      status: 'active',
      projects: [],
      created_at: expect.any(String),
    });
    expect(body.data[0]).not.toHaveProperty('email');
  });

  it('lists only those with a role in the selected project', async () => {
    const { id } = await world.project();
    const bot = await world.serviceAccount('member', { [id]: 'viewer' });
    const there = world.owner.with({ 'x-project-id': id });
    expect((await there.get('/members')).body.data.map((member: Json) => member.id)).toEqual([
      bot.id,
    ]);
    expect(outcome(await there.get(`/members/${world.ownerId}`))).toBe('404 not_found');
  });

  it('shows a member the roles in its own projects only', async () => {
    const [mine, hidden] = [await world.project(), await world.project()];
    const other = await world.serviceAccount('member', {
      [mine.id]: 'editor',
      [hidden.id]: 'admin',
    });
    const me = await world.serviceAccount('member', { [mine.id]: 'viewer' });
    const { client } = await keyOf(me.id);
    const { body } = await client.get(`/members/${other.id}`);
    expect(body.projects).toEqual([{ project_id: mine.id, role: 'editor' }]);
    const seen = (await world.owner.get(`/members/${other.id}`)).body.projects;
    expect(seen).toHaveLength(2);
  });

  it('answers another organization’s member with the same bytes as one that does not exist', async () => {
    const other = await world.otherOrganization();
    const answers = [
      await world.owner.get(`/members/${other.ownerId}`),
      await world.owner.get('/members/0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'),
    ];
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(answers.map(outcome)).toEqual(['404 not_found', '404 not_found']);
    expect(bytes[0]).toBe(bytes[1]);
    const change = await world.owner.patch(`/members/${other.ownerId}`, { name: 'Ours' });
    expect(outcome(change)).toBe('404 not_found');
    expect(outcome(await world.owner.delete(`/members/${other.ownerId}`))).toBe('404 not_found');
  });
});

describe('PATCH /v1/members/{id}', () => {
  it('gives a role by its name or its id, and records member.role_changed', async () => {
    const { id } = await world.human();
    const custom = await world.created('/roles', {
      name: `On call ${id}`,
      level: 'organization',
      permissions: { uptime: 'read' },
    });
    const set = async (role: string) =>
      (await world.owner.patch(`/members/${id}`, { role })).body.role;
    expect(await set('admin')).toBe('admin');
    expect(await set(custom.id)).toBe(custom.name);
    expect(await set('member')).toBe('member');
    expect(await set(custom.name)).toBe(custom.name);
    expect(await eventsAbout(id)).toEqual([
      { action: 'member.role_changed', changes: { role: ['member', 'admin'] } },
      { action: 'member.role_changed', changes: { role: ['admin', custom.name] } },
      { action: 'member.role_changed', changes: { role: [custom.name, 'member'] } },
      { action: 'member.role_changed', changes: { role: ['member', custom.name] } },
    ]);
  });

  it.each(['no such role', 'editor', '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47', ''])(
    '400 when the role is %j, which is no role of the organization',
    async (role) => {
      const { id } = await world.human();
      const answer = await world.owner.patch(`/members/${id}`, { role });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details[0].field).toBe('role');
    },
  );

  it('binds the next call of the member’s keys', async () => {
    const { id } = await world.human();
    const { client } = await keyOf(id);
    expect(outcome(await client.post('/projects', { name: 'No' }))).toBe(
      '403 insufficient_permissions',
    );
    await world.owner.patch(`/members/${id}`, { role: 'admin' });
    expect(outcome(await client.post('/projects', { name: 'Yes' }))).toBe('201');
    await world.owner.patch(`/members/${id}`, { role: 'member' });
    expect(outcome(await client.post('/projects', { name: 'No' }))).toBe(
      '403 insufficient_permissions',
    );
  });

  it('403 account_deactivated for a deactivated owner’s keys; reactivation restores them', async () => {
    const { id } = await world.human();
    const { client } = await keyOf(id);
    const { body } = await world.owner.patch(`/members/${id}`, { status: 'deactivated' });
    expect(body.status).toBe('deactivated');
    expect(outcome(await client.get('/users/me'))).toBe('403 account_deactivated');
    await world.owner.patch(`/members/${id}`, { status: 'active' });
    expect(outcome(await client.get('/users/me'))).toBe('200');
    expect(await eventsAbout(id)).toEqual([
      { action: 'member.deactivated', changes: { status: ['active', 'deactivated'] } },
      { action: 'member.reactivated', changes: { status: ['deactivated', 'active'] } },
    ]);
  });

  it('changes the name and records member.updated', async () => {
    const { id } = await world.human();
    const { body } = await world.owner.patch(`/members/${id}`, { name: ' Ada ' });
    expect(body.name).toBe('Ada');
    const changes = { name: ['Human', 'Ada'] };
    expect(await eventsAbout(id)).toEqual([{ action: 'member.updated', changes }]);
  });

  it('403 insufficient_permissions for who has no access to members', async () => {
    const { client } = await keyOf((await world.human()).id);
    const answer = await client.patch(`/members/${world.ownerId}`, { name: 'Mine' });
    expect(answer.body.error).toMatchObject({
      code: 'insufficient_permissions',
      missing: [{ product: 'members', access: 'read_write' }],
    });
  });
});

describe('DELETE /v1/members/{id}', () => {
  it('204: the keys are revoked, and member.removed is recorded', async () => {
    const { id } = await world.human();
    const { client, key } = await keyOf(id);
    expect(outcome(await world.owner.delete(`/members/${id}`))).toBe('204');
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.status).toBe('revoked');
    expect(await eventsAbout(key.id)).toMatchObject([
      { action: 'api_key.created' },
      { action: 'api_key.revoked' },
    ]);
    expect(await eventsAbout(id)).toMatchObject([{ action: 'member.removed' }]);
    expect(outcome(await world.owner.get(`/members/${id}`))).toBe('404 not_found');
    expect(outcome(await world.owner.delete(`/members/${id}`))).toBe('404 not_found');
  });
});

describe('an admin', () => {
  it('403 insufficient_permissions when it makes an owner', async () => {
    const { id } = await world.human();
    for (const role of ['owner', '00000000-0000-7000-8000-000000000110'])
      expect(outcome(await admin.patch(`/members/${id}`, { role }))).toBe(
        '403 insufficient_permissions',
      );
  });

  it.each([{ name: 'Renamed' }, { role: 'member' }, { status: 'deactivated' }])(
    '403 insufficient_permissions when it changes an owner: %j',
    async (input) => {
      const owner = await world.human('owner');
      const answer = await admin.patch(`/members/${owner.id}`, input);
      expect(outcome(answer)).toBe('403 insufficient_permissions');
      expect(await eventsAbout(owner.id)).toEqual([]);
    },
  );

  it('403 insufficient_permissions when it reactivates an owner', async () => {
    const owner = await world.human('owner');
    await world.owner.patch(`/members/${owner.id}`, { status: 'deactivated' });
    const answer = await admin.patch(`/members/${owner.id}`, { status: 'active' });
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });

  it('403 insufficient_permissions when it removes an owner', async () => {
    const owner = await world.human('owner');
    expect(outcome(await admin.delete(`/members/${owner.id}`))).toBe(
      '403 insufficient_permissions',
    );
  });

  it('makes, changes and removes other admins', async () => {
    const { id } = await world.human();
    expect(outcome(await admin.patch(`/members/${id}`, { role: 'admin' }))).toBe('200');
    expect(outcome(await admin.patch(`/members/${id}`, { name: 'Renamed' }))).toBe('200');
    expect(outcome(await admin.delete(`/members/${id}`))).toBe('204');
  });
});
