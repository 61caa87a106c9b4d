import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

describe('GET /v1/users/me', () => {
  it('tells an organization-scoped key its owner, role and every permission', async () => {
    const { status, body } = await world.owner.get('/users/me');
    expect(status).toBe(200);
    expect(body).toEqual({
      id: world.ownerId,
      type: 'human',
      email: 'owner@latchkey.local',
      name: 'Owner',
      organization: { id: world.organizationId, slug: 'acme', name: 'Acme' },
      role: 'owner',
      status: 'active',
      credential: { type: 'api_key', id: expect.any(String), scope: 'organization' },
      permissions: {
        organization: 'read_write',
        projects: 'read_write',
        members: 'read_write',
        api_keys: 'read_write',
        audit: 'read_write',
        uptime: 'read_write',
        'status-pages': 'read_write',
        incidents: 'read_write',
      },
    });
  });

  it('tells permissions in the selected project when one is selected', async () => {
    const project = await world.project();
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const { client } = await world.key({ owner_id: bot.id });
    expect((await client.get('/users/me')).body.permissions.uptime).toBe('none');
    const there = await client.with({ 'x-project-id': project.id }).get('/users/me');
    expect(there.body.permissions.uptime).toBe('read');
  });

  it('answers a platform key without an organization', async () => {
    const { body } = await world.platform.get('/users/me');
    expect(body).toMatchObject({ type: 'platform', organization: null, role: null });
  });

  it('answers a session', async () => {
    const human = await world.human('admin');
    const session = await world.session(human.email);
    const { status, body } = await session.get('/users/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: human.id,
      email: human.email,
      credential: { type: 'session' },
    });
  });
});
