import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
let projectAdmin: Client;
beforeAll(async () => {
  world = await World.start();
  project = await world.project();
  const bot = await world.serviceAccount('member', { [project.id]: 'admin' });
  projectAdmin = (await world.key({ owner_id: bot.id })).client;
});
afterAll(() => world.close());

const path = (memberId: string, projectId = project.id) =>
  `/projects/${projectId}/members/${memberId}`;

describe('PUT /v1/projects/{id}/members/{member_id}', () => {
  it('gives a role by its name or id, in place of the one before, and binds the next call', async () => {
    const bot = await world.serviceAccount();
    const { client } = await world.key({ owner_id: bot.id });
    const there = client.with({ 'x-project-id': project.id });
    const write = async () =>
      outcome(await there.get('/authorize?product=uptime&access=read_write'));
    expect(await write()).toBe('403 insufficient_permissions');
    const answer = await world.owner.put(path(bot.id), { role: 'editor' });
    expect(outcome(answer)).toBe('200');
    expect(answer.body).toMatchObject({
      id: bot.id,
      projects: [{ project_id: project.id, role: 'editor' }],
    });
    expect(await write()).toBe('200');
    await world.owner.put(path(bot.id), { role: '00000000-0000-7000-8000-000000000160' });
    expect(await write()).toBe('403 insufficient_permissions');
    expect((await world.owner.get(`/members/${bot.id}`)).body.projects).toEqual([
      { project_id: project.id, role: 'viewer' },
    ]);
  });

  it('records who came, changed and went, in the project', async () => {
    const bot = await world.serviceAccount();
    await world.owner.put(path(bot.id), { role: 'editor' });
    await world.owner.put(path(bot.id), { role: 'editor' });
    await world.owner.put(path(bot.id), { role: 'viewer' });
    await world.owner.delete(path(bot.id));
    const { body } = await world.owner.get(`/audit-events?project_id=${project.id}&limit=100`);
    const about = body.data.filter((event: Json) => event.target?.id === bot.id).reverse();
    expect(about.map(({ action, changes }: Json) => ({ action, changes }))).toEqual([
      { action: 'project_member.added', changes: { role: [null, 'editor'] } },
      { action: 'project_member.role_changed', changes: { role: ['editor', 'viewer'] } },
      { action: 'project_member.removed', changes: { role: ['viewer', null] } },
    ]);
  });

  it.each(['owner', 'member', 'no such role'])(
    '400 when the role is %s, which is no role of a project',
    async (role) => {
      const bot = await world.serviceAccount();
      const answer = await world.owner.put(path(bot.id), { role });
      expect(outcome(answer)).toBe('400 invalid_request');
    },
  );

  it('404 not_found for another organization’s member, project_not_found for its project', async () => {
    const other = await world.otherOrganization();
    const theirs = await world.created('/projects', { name: 'Theirs' }, other.owner);
    const role = { role: 'viewer' };
    expect(outcome(await world.owner.put(path(other.ownerId), role))).toBe('404 not_found');
    const foreign = await world.owner.put(path(world.ownerId, theirs.id), role);
    expect(outcome(foreign)).toBe('404 project_not_found');
    expect(outcome(await world.owner.delete(path(other.ownerId)))).toBe('404 not_found');
  });

  it('takes ids in whatever case', async () => {
    const bot = await world.serviceAccount();
    const shouted = path(bot.id.toUpperCase(), project.id.toUpperCase());
    expect(outcome(await projectAdmin.put(shouted, { role: 'viewer' }))).toBe('200');
    expect(outcome(await projectAdmin.delete(shouted))).toBe('204');
  });
});

describe('DELETE /v1/projects/{id}/members/{member_id}', () => {
  it('204, and the next call is refused', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const { client } = await world.key({ owner_id: bot.id });
    expect(outcome(await client.get(`/projects/${project.id}`))).toBe('200');
    expect(outcome(await world.owner.delete(path(bot.id)))).toBe('204');
    expect(outcome(await client.get(`/projects/${project.id}`))).toBe(
      '403 insufficient_permissions',
    );
  });

  it('404 not_found when the member holds no role there', async () => {
    const bot = await world.serviceAccount();
    expect(outcome(await world.owner.delete(path(bot.id)))).toBe('404 not_found');
  });
});

describe('a project admin', () => {
  it('lists, gives and takes the roles of its project', async () => {
    const bot = await world.serviceAccount();
    expect(outcome(await projectAdmin.put(path(bot.id), { role: 'admin' }))).toBe('200');
    const { body } = await projectAdmin.get(`/projects/${project.id}/members?limit=1`);
    expect(body.data).toMatchObject([{ id: bot.id, projects: [{ role: 'admin' }] }]);
    expect(outcome(await projectAdmin.delete(path(bot.id)))).toBe('204');
  });

  it('does so with a key that is scoped to the project', async () => {
    const { client } = await world.key({ project_id: project.id });
    const bot = await world.serviceAccount();
    expect(outcome(await client.put(path(bot.id), { role: 'viewer' }))).toBe('200');
  });

  it('403 insufficient_permissions in another project', async () => {
    const other = await world.project();
    const bot = await world.serviceAccount('member', { [other.id]: 'viewer' });
    const role = { role: 'viewer' };
    for (const client of [projectAdmin, (await world.key({ project_id: project.id })).client]) {
      const refused = '403 insufficient_permissions';
      expect(outcome(await client.get(`/projects/${other.id}/members`))).toBe(refused);
      expect(outcome(await client.put(path(bot.id, other.id), role))).toBe(refused);
      expect(outcome(await client.delete(path(bot.id, other.id)))).toBe(refused);
    }
  });

  it('403 insufficient_permissions when it gives a role that holds more than it does', async () => {
    const permissions = { audit: 'read_write' };
    const role = await world.created('/roles', { name: 'Auditor', level: 'project', permissions });
    const bot = await world.serviceAccount();
    const answer = await projectAdmin.put(path(bot.id), { role: role.name });
    expect(answer.body.error).toMatchObject({
      code: 'insufficient_permissions',
      missing: [{ product: 'audit', access: 'read_write' }],
    });
  });

  it.each(['editor', 'viewer'])('is needed: 403 for its %s', async (role) => {
    const bot = await world.serviceAccount('member', { [project.id]: role });
    const { client } = await world.key({ owner_id: bot.id });
    const refused = '403 insufficient_permissions';
    expect(outcome(await client.put(path(bot.id), { role: 'admin' }))).toBe(refused);
    expect(outcome(await client.delete(path(bot.id)))).toBe(refused);
  });

  it('makes keys for its project, for any member and itself, and for no other project', async () => {
    const other = await world.project();
    const make = async (project_id: string) =>
      outcome(await projectAdmin.post('/api-keys', { name: 'Key', project_id }));
    expect(await make(project.id)).toBe('201');
    expect(await make(other.id)).toBe('403 insufficient_permissions');
    const wide = await projectAdmin.post('/api-keys', { name: 'Key' });
    expect(outcome(wide)).toBe('403 insufficient_permissions');
  });
});
