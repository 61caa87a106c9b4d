import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
let shop: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project('Website');
  shop = await world.project('Shop');
});
afterAll(() => world.close());

const refused = '403 insufficient_permissions';
const make = (by: Client, input: object) => by.post('/api-keys', { name: 'Key', ...input });

/** The owner's own access, cut down to these scopes. */
async function ownerWith(product_scopes: object, more: object = {}): Promise<Client> {
  return (await world.key({ product_scopes, ...more })).client;
}

describe('a new key is bounded by its owner', () => {
  it('403 with missing when more is asked for than the owner holds', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const product_scopes = { uptime: 'read_write', incidents: 'read', projects: 'read' };
    const input = { owner_id: bot.id, project_id: project.id, product_scopes };
    const answer = await make(world.owner, input);
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual([{ product: 'uptime', access: 'read_write' }]);
  });

  it('403 with missing for a project in which the owner has no role', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const input = { owner_id: bot.id, project_id: shop.id, product_scopes: { uptime: 'read' } };
    const answer = await make(world.owner, input);
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual([{ product: 'uptime', access: 'read' }]);
  });

  it('and stays so: it never exceeds what its owner holds at the moment', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const product_scopes = { uptime: 'read_write' };
    const { client } = await world.key({
      owner_id: bot.id,
      project_id: project.id,
      product_scopes,
    });
    const write = () => client.get('/authorize?product=uptime&access=read_write');
    expect(outcome(await write())).toBe('200');
    await world.owner.put(`/projects/${project.id}/members/${bot.id}`, { role: 'viewer' });
    expect(outcome(await write())).toBe(refused);
    await world.owner.put(`/projects/${project.id}/members/${bot.id}`, { role: 'editor' });
    expect(outcome(await write())).toBe('200');
  });

  it('product_scopes null is all that the owner has, a product missing from a map is none', async () => {
    const { client: all } = await world.key({ project_id: project.id });
    const { client: some } = await world.key({
      project_id: project.id,
      product_scopes: { uptime: 'read' },
    });
    const { client: nothing } = await world.key({ project_id: project.id, product_scopes: {} });
    const access = async (client: Client) => (await client.get('/users/me')).body.permissions;
    expect(await access(all)).toMatchObject({ uptime: 'read_write', incidents: 'read_write' });
    expect(await access(some)).toMatchObject({
      uptime: 'read',
      incidents: 'none',
      projects: 'none',
    });
    expect(new Set(Object.values(await access(nothing)))).toEqual(new Set(['none']));
  });

  it("a project-scoped key's ceiling is project admin of its project", async () => {
    const { client } = await world.key({ project_id: project.id });
    const { permissions } = (await client.get('/users/me')).body;
    expect(permissions).toEqual({
      organization: 'none',
      projects: 'read_write',
      members: 'read_write',
      api_keys: 'read_write',
      audit: 'read',
      uptime: 'read_write',
      'status-pages': 'read_write',
      incidents: 'read_write',
    });
  });
});

describe('a new key is bounded by the credential that makes it', () => {
  it('403 with missing when anything wider is asked for', async () => {
    const maker = await ownerWith({ api_keys: 'read_write', uptime: 'read' });
    const answer = await make(maker, {
      product_scopes: { uptime: 'read_write', incidents: 'read' },
    });
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual(
      expect.arrayContaining([
        { product: 'uptime', access: 'read_write' },
        { product: 'incidents', access: 'read' },
      ]),
    );
    expect(answer.body.error.missing).toHaveLength(2);
  });

  it("null product_scopes made by a narrower credential is stored as that credential's scopes", async () => {
    const scopes = { api_keys: 'read_write', uptime: 'read' };
    const maker = await ownerWith(scopes);
    for (const input of [{}, { product_scopes: null }]) {
      const { body } = await make(maker, input);
      expect(body.product_scopes).toEqual(scopes);
    }
  });

  it('null product_scopes made by a credential without bounds stays null', async () => {
    expect((await make(world.owner, { product_scopes: null })).body.product_scopes).toBeNull();
    const session = await world.session((await world.human('admin')).email);
    expect((await make(session, {})).body.product_scopes).toBeNull();
  });

  it('null product_scopes for another owner is cut to what the maker holds', async () => {
    const maker = await ownerWith({ api_keys: 'read_write', uptime: 'read' });
    const bot = await world.serviceAccount('admin');
    const { body } = await make(maker, { owner_id: bot.id });
    expect(body.product_scopes).toEqual({ api_keys: 'read_write', uptime: 'read' });
  });

  it('403 when the maker may not make keys at all', async () => {
    const maker = await ownerWith({ api_keys: 'read', uptime: 'read_write' });
    const answer = await make(maker, { product_scopes: { uptime: 'read' } });
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toEqual([{ product: 'api_keys', access: 'read_write' }]);
  });

  it('a project-scoped credential makes keys for its own project only', async () => {
    const { client } = await world.key({ project_id: project.id });
    const { body } = await make(client, {});
    expect([body.scope, body.project_id]).toEqual(['project', project.id]);
    for (const input of [{ scope: 'organization' }, { project_id: shop.id }])
      expect(outcome(await make(client, input))).toBe(refused);
  });

  it('a project admin makes keys for its project and never organization-scoped ones', async () => {
    const human = await world.human('member');
    await world.owner.put(`/projects/${project.id}/members/${human.id}`, { role: 'admin' });
    const session = await world.session(human.email);
    expect(outcome(await make(session, { project_id: project.id }))).toBe('201');
    for (const input of [{}, { scope: 'organization' }, { project_id: shop.id }])
      expect(outcome(await make(session, input))).toBe(refused);
  });

  it.each(['editor', 'viewer'])('a project %s makes none', async (role) => {
    const human = await world.human('member');
    await world.owner.put(`/projects/${project.id}/members/${human.id}`, { role });
    const session = await world.session(human.email);
    expect(outcome(await make(session, { project_id: project.id }))).toBe(refused);
  });
});

describe('product_scopes of PATCH', () => {
  it('403 with missing when they are widened beyond the owner or the caller', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
    const beyondOwner = await world.owner.patch(`/api-keys/${key.id}`, {
      product_scopes: { uptime: 'read_write' },
    });
    expect(outcome(beyondOwner)).toBe(refused);
    expect(beyondOwner.body.error.missing).toEqual([{ product: 'uptime', access: 'read_write' }]);
    const { key: own } = await world.key({ product_scopes: {} });
    const caller = await ownerWith({ api_keys: 'read_write', uptime: 'read' });
    const change = (product_scopes: object | null) =>
      caller.patch(`/api-keys/${own.id}`, { product_scopes });
    expect(outcome(await change({ uptime: 'read_write' }))).toBe(refused);
    expect((await change({ uptime: 'read' })).body.product_scopes).toEqual({ uptime: 'read' });
    const widest = await change(null);
    expect(widest.body.product_scopes).toEqual({ api_keys: 'read_write', uptime: 'read' });
  });
});

describe('rotation hands out a secret', () => {
  it('403 with missing when the key holds more than the caller', async () => {
    const { key } = await world.key();
    const caller = await ownerWith({ api_keys: 'read_write', uptime: 'read_write' });
    const answer = await caller.post(`/api-keys/${key.id}/rotate`, {});
    expect(outcome(answer)).toBe(refused);
    expect(answer.body.error.missing).toContainEqual({ product: 'members', access: 'read_write' });
  });
});
