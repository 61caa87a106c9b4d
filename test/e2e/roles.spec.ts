import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const refused = '403 insufficient_permissions';

function role(level: string, permissions: object, by: Client = world.owner): Promise<Json> {
  return world.created('/roles', { name: `Role ${randomUUID()}`, level, permissions }, by);
}

/** A client with the key of somebody who holds an organization role, in projects too if named. */
async function holder(name: string, projects: Record<string, string> = {}): Promise<Client> {
  const bot = await world.serviceAccount(name, projects);
  return (await world.key({ owner_id: bot.id })).client;
}

describe('built-in roles', () => {
  it('are listed with what they reach', async () => {
    const { body } = await world.owner.get('/roles?limit=100');
    const builtIn = body.data.filter((entry: Json) => entry.built_in);
    expect(builtIn.map(({ level, name }: Json) => `${level} ${name}`)).toEqual([
      'organization owner',
      'organization admin',
      'organization member',
      'project admin',
      'project editor',
      'project viewer',
    ]);
    const operators = (access: string) => ({
      uptime: access,
      'status-pages': access,
      incidents: access,
    });
    const [, , member, admin, editor, viewer] = builtIn.map(({ permissions }: Json) => permissions);
    expect(member).toEqual({ organization: 'read', projects: 'read', members: 'read' });
    expect(admin).toEqual({
      projects: 'read_write',
      api_keys: 'read_write',
      members: 'read_write',
      audit: 'read',
      ...operators('read_write'),
    });
    expect(editor).toEqual({ projects: 'read', ...operators('read_write') });
    expect(viewer).toEqual({ projects: 'read', ...operators('read') });
  });

  it('409 conflict when one is changed or deleted, or its name taken', async () => {
    const path = '/roles/00000000-0000-7000-8000-000000000160';
    expect(outcome(await world.owner.patch(path, { name: 'Reader' }))).toBe('409 conflict');
    expect(outcome(await world.owner.delete(path))).toBe('409 conflict');
    const input = { name: 'Owner', level: 'organization', permissions: {} };
    expect(outcome(await world.owner.post('/roles', input))).toBe('409 conflict');
  });
});

describe('a custom role', () => {
  it.each(['organization', 'project'])(
    'of the %s is made, shown, changed and deleted',
    async (level) => {
      const made = await role(level, { uptime: 'read' });
      expect(made).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        level,
        built_in: false,
        permissions: { uptime: 'read' },
      });
      expect((await world.owner.get(`/roles/${made.id}`)).body).toEqual(made);
      const change = { name: `${made.name}!`, permissions: { incidents: 'read_write' } };
      const { body } = await world.owner.patch(`/roles/${made.id}`, change);
      expect(body).toEqual({ ...made, ...change });
      expect(outcome(await world.owner.delete(`/roles/${made.id}`))).toBe('204');
      expect(outcome(await world.owner.get(`/roles/${made.id}`))).toBe('404 not_found');
    },
  );

  it('400 when it names a product that does not exist', async () => {
    for (const product of ['no-such-product', 'platform', '*']) {
      const input = { name: 'Wrong', level: 'project', permissions: { [product]: 'read' } };
      const answer = await world.owner.post('/roles', input);
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details[0].field).toBe('permissions');
    }
  });

  it('409 conflict when another of the level has the name', async () => {
    const { name } = await role('project', {});
    const post = async (level: string) =>
      outcome(await world.owner.post('/roles', { name, level, permissions: {} }));
    expect(await post('project')).toBe('409 conflict');
    expect(await post('organization')).toBe('201');
  });

  it('409 conflict when it is deleted while held, in the organization or in a project', async () => {
    const [wide, local] = [await role('organization', {}), await role('project', {})];
    const { id } = await world.project();
    const bot = await world.serviceAccount(wide.id, { [id]: local.id });
    expect(outcome(await world.owner.delete(`/roles/${wide.id}`))).toBe('409 conflict');
    expect(outcome(await world.owner.delete(`/roles/${local.id}`))).toBe('409 conflict');
    await world.owner.delete(`/members/${bot.id}`);
    expect(outcome(await world.owner.delete(`/roles/${wide.id}`))).toBe('204');
    expect(outcome(await world.owner.delete(`/roles/${local.id}`))).toBe('204');
  });

  it('binds the next call of who holds it when it changes', async () => {
    const { id } = await world.project();
    const made = await role('project', { uptime: 'read_write' });
    const client = (await holder('member', { [id]: made.id })).with({ 'x-project-id': id });
    const write = async () =>
      outcome(await client.get('/authorize?product=uptime&access=read_write'));
    expect(await write()).toBe('200');
    await world.owner.patch(`/roles/${made.id}`, { permissions: { uptime: 'read' } });
    expect(await write()).toBe(refused);
    await world.owner.patch(`/roles/${made.id}`, { permissions: { uptime: 'read_write' } });
    expect(await write()).toBe('200');
  });

  it('of the organization that grants an operator’s product does so in every project', async () => {
    const made = await role('organization', { uptime: 'read' });
    const client = await holder(made.name);
    for (const { id } of [await world.project(), await world.project()]) {
      const ask = async (query: string) =>
        outcome(await client.with({ 'x-project-id': id }).get(`/authorize?${query}`));
      expect(await ask('product=uptime&access=read')).toBe('200');
      expect(await ask('product=uptime&access=read_write')).toBe(refused);
      expect(await ask('product=incidents&access=read')).toBe(refused);
    }
  });

  it('404 not_found for another organization’s role, and 400 when it is given', async () => {
    const other = await world.otherOrganization();
    const theirs = await role('organization', { uptime: 'read' }, other.owner);
    const path = `/roles/${theirs.id}`;
    expect(outcome(await world.owner.get(path))).toBe('404 not_found');
    expect(outcome(await world.owner.patch(path, { name: 'Ours' }))).toBe('404 not_found');
    expect(outcome(await world.owner.delete(path))).toBe('404 not_found');
    const input = { name: 'Bot', role: theirs.id };
    expect(outcome(await world.owner.post('/service-accounts', input))).toBe('400 invalid_request');
  });

  it('records role.created, role.updated and role.deleted', async () => {
    const made = await role('project', { uptime: 'read' });
    await world.owner.patch(`/roles/${made.id}`, { permissions: {} });
    await world.owner.delete(`/roles/${made.id}`);
    const { body } = await world.owner.get('/audit-events?limit=10');
    const about = body.data.filter((event: Json) => event.target?.id === made.id);
    expect(about).toMatchObject([
      { action: 'role.deleted' },
      { action: 'role.updated', changes: { permissions: [{ uptime: 'read' }, {}] } },
      {
        action: 'role.created',
        changes: {
          name: [null, made.name],
          level: [null, 'project'],
          permissions: [null, { uptime: 'read' }],
        },
      },
    ]);
  });
});

describe('who makes roles', () => {
  it('403 insufficient_permissions with what is missing when the role would hold more than its maker', async () => {
    const made = await role('organization', { members: 'read_write', uptime: 'read' });
    const manager = await holder(made.id);
    const post = (level: string, permissions: object) =>
      manager.post('/roles', { name: `Role ${randomUUID()}`, level, permissions });
    const answer = await post('organization', { uptime: 'read_write', audit: 'read' });
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual(
      expect.arrayContaining([
        { product: 'uptime', access: 'read_write' },
        { product: 'audit', access: 'read' },
      ]),
    );
    expect(answer.body.error.missing).toHaveLength(2);
    expect(outcome(await post('project', { incidents: 'read' }))).toBe(refused);
    expect(outcome(await post('organization', { uptime: 'read' }))).toBe('201');
    expect(outcome(await post('project', { uptime: 'read', members: 'read' }))).toBe('201');
  });

  it('403 insufficient_permissions when somebody raises the role that they hold themselves', async () => {
    const own = await role('organization', { members: 'read_write' });
    const manager = await holder(own.id);
    for (const product of ['api_keys', 'audit', 'uptime', 'organization']) {
      const permissions = { members: 'read_write', [product]: 'read' };
      expect(outcome(await manager.patch(`/roles/${own.id}`, { permissions }))).toBe(refused);
    }
    expect(outcome(await manager.patch(`/roles/${own.id}`, { name: `Mine ${own.id}` }))).toBe(
      '200',
    );
  });

  it('403 insufficient_permissions for a project admin, whose project’s roles are assignments only', async () => {
    const { id } = await world.project();
    const made = await role('project', { uptime: 'read' });
    const input = { name: 'Mine', level: 'project', permissions: { uptime: 'read' } };
    const scoped = (await world.key({ project_id: id })).client;
    const member = await holder('member', { [id]: 'admin' });
    for (const client of [scoped, member, member.with({ 'x-project-id': id })]) {
      expect(outcome(await client.post('/roles', input))).toBe(refused);
      expect(outcome(await client.patch(`/roles/${made.id}`, { name: 'Mine' }))).toBe(refused);
      expect(outcome(await client.delete(`/roles/${made.id}`))).toBe(refused);
    }
  });
});
