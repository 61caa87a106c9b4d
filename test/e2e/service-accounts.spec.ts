import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

describe('POST /v1/service-accounts', () => {
  it('201 with the member that it makes, in the organization and in projects', async () => {
    const { id } = await world.project();
    const projects = [{ project_id: id, role: 'editor' }];
    const answer = await world.owner.post('/service-accounts', {
      name: 'Deploy',
      role: 'member',
      projects,
    });
    expect(outcome(answer)).toBe('201');
    expect(answer.body).toEqual({
      id: expect.any(String),
      type: 'service_account',
      name: 'Deploy',
      role: 'member',
      status: 'active',
      projects,
      created_at: expect.any(String),
    });
    expect((await world.owner.get(`/members/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('is a member without more when no role is named', async () => {
    const bot = await world.created('/service-accounts', { name: 'Plain' });
    expect(bot).toMatchObject({ role: 'member', projects: [] });
  });

  it('acts by its keys with the roles that it holds', async () => {
    const { id } = await world.project();
    const bot = await world.serviceAccount('member', { [id]: 'viewer' });
    const { client } = await world.key({ owner_id: bot.id });
    const there = client.with({ 'x-project-id': id });
    expect(outcome(await there.get('/authorize?product=uptime&access=read'))).toBe('200');
    const write = await there.get('/authorize?product=uptime&access=read_write');
    expect(outcome(write)).toBe('403 insufficient_permissions');
  });

  it('404 project_not_found for another organization’s project, and nothing is made', async () => {
    const other = await world.otherOrganization();
    const foreign = await world.created('/projects', { name: 'Theirs' }, other.owner);
    const projects = [{ project_id: foreign.id, role: 'viewer' }];
    const answer = await world.owner.post('/service-accounts', { name: 'Spy', projects });
    expect(outcome(answer)).toBe('404 project_not_found');
    const { body } = await world.owner.get('/service-accounts?limit=100');
    expect(body.data.map((bot: Json) => bot.name)).not.toContain('Spy');
  });

  it('400 when a project is named twice, or a role is none of its level', async () => {
    const { id } = await world.project();
    const twice = [
      { project_id: id, role: 'viewer' },
      { project_id: id.toUpperCase(), role: 'admin' },
    ];
    const post = async (more: object) =>
      outcome(await world.owner.post('/service-accounts', { name: 'Wrong', ...more }));
    expect(await post({ projects: twice })).toBe('400 invalid_request');
    expect(await post({ role: 'viewer' })).toBe('400 invalid_request');
    expect(await post({ projects: [{ project_id: id, role: 'owner' }] })).toBe(
      '400 invalid_request',
    );
  });

  it('403 insufficient_permissions when an admin makes an owner of it', async () => {
    const admin = await world.serviceAccount('admin');
    const { client } = await world.key({ owner_id: admin.id });
    const make = async (role: string) =>
      outcome(await client.post('/service-accounts', { name: 'Step', role }));
    expect(await make('owner')).toBe('403 insufficient_permissions');
    expect(await make('admin')).toBe('201');
  });

  it('403 insufficient_permissions for a project admin, who makes none', async () => {
    const { id } = await world.project();
    const bot = await world.serviceAccount('member', { [id]: 'admin' });
    const { client } = await world.key({ owner_id: bot.id });
    const input = { name: 'Mine', projects: [{ project_id: id, role: 'viewer' }] };
    for (const caller of [client, client.with({ 'x-project-id': id })])
      expect(outcome(await caller.post('/service-accounts', input))).toBe(
        '403 insufficient_permissions',
      );
  });
});

describe('a service account', () => {
  it('is listed among the service accounts, where humans are not', async () => {
    const bot = await world.serviceAccount();
    const { body } = await world.owner.get('/service-accounts?limit=100');
    const ids = body.data.map((member: Json) => member.id);
    expect(ids).toContain(bot.id);
    expect(ids).not.toContain(world.ownerId);
  });

  it('404 not_found under /service-accounts for a human', async () => {
    const path = `/service-accounts/${world.ownerId}`;
    expect(outcome(await world.owner.get(path))).toBe('404 not_found');
    expect(outcome(await world.owner.patch(path, { name: 'Bot' }))).toBe('404 not_found');
    expect(outcome(await world.owner.delete(path))).toBe('404 not_found');
  });

  it('is renamed, promoted and deactivated', async () => {
    const bot = await world.serviceAccount();
    const { client } = await world.key({ owner_id: bot.id });
    const input = { name: 'Renamed', role: 'admin' };
    const { body } = await world.owner.patch(`/service-accounts/${bot.id}`, input);
    expect(body).toMatchObject({ id: bot.id, ...input, status: 'active' });
    expect(outcome(await client.get('/audit-events'))).toBe('200');
    await world.owner.patch(`/service-accounts/${bot.id}`, { status: 'deactivated' });
    expect(outcome(await client.get('/audit-events'))).toBe('403 account_deactivated');
  });

  it('is deleted with its keys', async () => {
    const bot = await world.serviceAccount();
    const { client } = await world.key({ owner_id: bot.id });
    expect(outcome(await world.owner.delete(`/service-accounts/${bot.id}`))).toBe('204');
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await world.owner.get(`/service-accounts/${bot.id}`))).toBe('404 not_found');
  });

  it('is never the last owner: an owner that is one can be removed', async () => {
    const bot = await world.serviceAccount('owner');
    expect(outcome(await world.owner.delete(`/service-accounts/${bot.id}`))).toBe('204');
  });

  it('records service_account.created with its name and roles', async () => {
    const bot = await world.serviceAccount('admin');
    const { body } = await world.owner.get('/audit-events?action=service_account.created&limit=1');
    expect(body.data).toMatchObject([
      {
        target: { type: 'member', id: bot.id },
        changes: { name: [null, 'Bot'], role: [null, 'admin'] },
      },
    ]);
  });
});
