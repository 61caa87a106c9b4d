import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const me = async (client: Client) => outcome(await client.get('/users/me'));

describe('a platform key', () => {
  it('is made with a platform key, by name alone or with scope platform', async () => {
    const { id } = (await world.platform.get('/users/me')).body;
    for (const input of [{}, { scope: 'platform', expires_at: '2090-01-01T00:00:00Z' }]) {
      const { secret, ...key } = await world.created(
        '/api-keys',
        { name: 'Operator', ...input },
        world.platform,
      );
      expect(key).toMatchObject({
        scope: 'platform',
        project_id: null,
        product_scopes: null,
        owner: null,
        created_by: id,
        status: 'active',
      });
      expect((await world.client(secret).get('/users/me')).body.type).toBe('platform');
    }
  });

  it('is listed, changed, rotated and revoked with a platform key', async () => {
    const made = await world.created('/api-keys', { name: 'Operator' }, world.platform);
    const { body } = await world.platform.get('/api-keys?limit=100');
    expect(body.data.map((key: Json) => key.id)).toContain(made.id);
    const path = `/api-keys/${made.id}`;
    expect((await world.platform.patch(path, { name: 'Renamed' })).body.name).toBe('Renamed');
    const rotated = await world.platform.post(`${path}/rotate`, {});
    expect(await me(world.client(made.secret))).toBe('401 invalid_token');
    expect(await me(world.client(rotated.body.secret))).toBe('200');
    expect(outcome(await world.platform.delete(path))).toBe('204');
    expect(await me(world.client(rotated.body.secret))).toBe('401 invalid_token');
    expect((await world.platform.get(path)).body.status).toBe('revoked');
  });

  it('revokes itself with DELETE /api-keys/current', async () => {
    const made = await world.created('/api-keys', { name: 'Operator' }, world.platform);
    const client = world.client(made.secret);
    expect(outcome(await client.delete('/api-keys/current'))).toBe('204');
    expect(await me(client)).toBe('401 invalid_token');
  });

  it('is out of reach for every other credential: not made, seen, changed, rotated or revoked', async () => {
    const made = await world.created('/api-keys', { name: 'Operator' }, world.platform);
    const session = await world.session((await world.human('owner')).email);
    for (const caller of [world.owner, session]) {
      const make = await caller.post('/api-keys', { name: 'Key', scope: 'platform' });
      expect(make.status).toBe(400);
      const { body } = await caller.get('/api-keys?limit=100');
      expect(body.data.map((key: Json) => key.scope)).not.toContain('platform');
      const path = `/api-keys/${made.id}`;
      const answers = [
        await caller.get(path),
        await caller.patch(path, { name: 'Mine' }),
        await caller.post(`${path}/rotate`, {}),
        await caller.delete(path),
      ];
      expect(answers.map(outcome)).toEqual(answers.map(() => '404 not_found'));
    }
    expect(await me(world.client(made.secret))).toBe('200');
  });

  it("does not reach an organization's keys", async () => {
    const { key, client } = await world.key();
    const path = `/api-keys/${key.id}`;
    const answers = [
      await world.platform.get(path),
      await world.platform.patch(path, { name: 'Mine' }),
      await world.platform.post(`${path}/rotate`, {}),
      await world.platform.delete(path),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '404 not_found'));
    expect(await me(client)).toBe('200');
  });

  it('400 invalid_request for what a platform key has not: owner, project, scopes of products', async () => {
    const project = await world.project();
    for (const input of [
      { owner_id: world.ownerId },
      { product_scopes: { uptime: 'read' } },
      { scope: 'organization' },
      { scope: 'project' },
    ])
      expect(outcome(await world.platform.post('/api-keys', { name: 'Key', ...input }))).toBe(
        '400 invalid_request',
      );
    const inProject = await world.platform.post('/api-keys', {
      name: 'Key',
      project_id: project.id,
    });
    expect(outcome(inProject)).toBe('404 project_not_found');
  });

  it("writes to the operator's own log, which no organization sees", async () => {
    const made = await world.created('/api-keys', { name: 'Operator' }, world.platform);
    const find = async (by: Client) => {
      const { body } = await by.get('/audit-events?action=api_key.created&limit=100');
      return body.data.filter((event: Json) => event.target.id === made.id).length;
    };
    expect([await find(world.platform), await find(world.owner)]).toEqual([1, 0]);
  });
});
