import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthClient, type OAuthClient } from '../harness/oauth-client.js';
import { refusalOf } from '../harness/oauth-refusal.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
beforeAll(async () => {
  world = await World.start();
  client = await oauthClient(world, 'admin');
});
afterAll(() => world.close());

describe('the scope', () => {
  it('is narrowed as asked, and binds: what is left out is refused', async () => {
    const caller = await client.caller('audit:read');
    expect((await caller.get('/audit-events')).status).toBe(200);
    const refused = await caller.get('/members');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="members:read"');
  });

  it('read reads everything that the service account has, and writes nothing', async () => {
    const caller = await client.caller('read');
    for (const path of ['/members', '/audit-events', '/api-keys', '/projects', '/organizations'])
      expect((await caller.get(path)).status).toBe(200);
    const project = await world.project();
    const selecting = caller.with({ 'x-project-id': project.id });
    expect((await selecting.get('/authorize?product=uptime&access=read')).status).toBe(200);
    expect((await selecting.get('/authorize?product=uptime&access=read_write')).status).toBe(403);
    expect((await caller.post('/projects', { name: 'No' })).status).toBe(403);
  });

  it('read with uptime:write writes there alone', async () => {
    const { body } = await client.tokenAnswer('uptime:write read');
    expect(body.scope).toBe('read uptime:write');
    const project = await world.project();
    const caller = world.client(body.access_token).with({ 'x-project-id': project.id });
    expect((await caller.get('/authorize?product=uptime&access=read_write')).status).toBe(200);
    expect((await caller.get('/authorize?product=incidents&access=read_write')).status).toBe(403);
  });

  it.each([
    'nothing:read',
    'uptime:admin',
    'read  write',
    'READ',
    'platform:write',
    '*:read',
    'a"b',
  ])('400 invalid_scope for "%s"', async (scope) => {
    expect(refusalOf(await client.tokenAnswer(scope))).toBe('400 invalid_scope');
  });

  it('400 invalid_scope above what the client has', async () => {
    const narrow = await oauthClient(world, 'admin', {}, { scope: 'audit:read' });
    for (const scope of ['audit:write', 'members:read', 'read', 'write', 'audit:read members:read'])
      expect(refusalOf(await narrow.tokenAnswer(scope))).toBe('400 invalid_scope');
    expect((await narrow.tokenAnswer()).body.scope).toBe('audit:read');
  });

  it('400 invalid_scope above what the service account has, in the organization and in all its projects', async () => {
    const project = await world.project();
    const viewer = await oauthClient(world, 'member', { [project.id]: 'viewer' });
    expect((await viewer.tokenAnswer('uptime:read')).body.scope).toBe('uptime:read');
    for (const scope of ['uptime:write', 'audit:read', 'uptime:read members:write'])
      expect(refusalOf(await viewer.tokenAnswer(scope))).toBe('400 invalid_scope');
  });

  it('write is never more than the service account has', async () => {
    const project = await world.project();
    const viewer = await oauthClient(world, 'member', { [project.id]: 'viewer' });
    const caller = (await viewer.caller('write')).with({ 'x-project-id': project.id });
    expect((await caller.get('/authorize?product=uptime&access=read')).status).toBe(200);
    expect((await caller.get('/authorize?product=uptime&access=read_write')).status).toBe(403);
  });

  it('left out, is the client’s as far as the service account still has it', async () => {
    const project = await world.project();
    const editor = await oauthClient(
      world,
      'member',
      { [project.id]: 'editor' },
      { scope: 'uptime:write' },
    );
    const path = `/projects/${project.id}/members/${editor.memberId}`;
    await world.owner.put(path, { role: 'viewer' });
    expect((await editor.tokenAnswer()).body.scope).toBe('uptime:read');
    await world.owner.delete(path);
    expect(refusalOf(await editor.tokenAnswer())).toBe('400 invalid_scope');
  });

  it('is revived for no product that was deleted and added again', async () => {
    const slug = `product-${Math.random().toString(36).slice(2, 8)}`;
    const add = () => world.created('/products', { slug, name: slug }, world.platform);
    await add();
    const project = await world.project();
    const caller = (await client.caller(`${slug}:read`)).with({ 'x-project-id': project.id });
    const path = `/authorize?product=${slug}&access=read`;
    expect((await caller.get(path)).status).toBe(200);
    await world.platform.delete(`/products/${slug}`);
    await add();
    expect((await caller.get(path)).status).toBe(403);
  });
});
