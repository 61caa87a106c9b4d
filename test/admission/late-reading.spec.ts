import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, outcome, type Json } from '../harness/client.js';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';

let world: World;
let proxy: Proxy;
/** An instance whose readings a test can hold back. */
let instance: { readonly url: string };
beforeEach(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.config.databaseUrl);
  instance = await world.server.sibling(proxy.url);
});
afterEach(async () => {
  await world.close();
  await proxy.close();
});

/** A key whose state is known by its name when the database answers with it. */
async function namedKey(input: object = {}): Promise<{ key: Json; client: Client }> {
  const { key } = await world.key({ name: `Key ${randomUUID()}`, ...input });
  return { key, client: new Client(instance, key.secret) };
}

/** Comes back when the instance has gone on to later requests than those that were sent before. */
async function haveArrived(): Promise<void> {
  for (let calls = 0; calls < 5; calls += 1) await new Client(instance, null).get('//health/live');
}

describe('a reading of rights that began before a change and comes back after it', () => {
  it('never revives a revoked key: 401 for its call and for those that come after the revoke', async () => {
    const { key, client } = await namedKey();
    const read = proxy.holdNextAnswer(key.name);
    const early = client.get('/users/me');
    const letThrough = await read;
    expect((await world.owner.delete(`/api-keys/${key.id}`)).status).toBe(204);
    const late = Array.from({ length: 20 }, () => client.get('/users/me'));
    await haveArrived();
    letThrough();
    const answers = await Promise.all([early, ...late]);
    expect(new Set(answers.map(outcome))).toEqual(new Set(['401 invalid_token']));
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
  });

  it('never revives a role: 403 after its owner was demoted', async () => {
    const bot = await world.serviceAccount('admin');
    const { key, client } = await namedKey({ owner_id: bot.id });
    const read = proxy.holdNextAnswer(key.name);
    const early = client.post('/projects', { name: 'Early' });
    const letThrough = await read;
    expect((await world.owner.patch(`/members/${bot.id}`, { role: 'member' })).status).toBe(200);
    const late = client.post('/projects', { name: 'Late' });
    await haveArrived();
    letThrough();
    const answers = await Promise.all([early, late]);
    const refused = '403 insufficient_permissions';
    expect(answers.map(outcome)).toEqual([refused, refused]);
    expect((await world.owner.get('/projects')).body.data).toEqual([]);
  });

  it('never revives a product: 400 after it was removed', async () => {
    const slug = `product-${Math.random().toString(36).slice(2, 10)}`;
    await world.created('/products', { slug, name: 'Product' }, world.platform);
    const project = await world.project();
    const { client } = await namedKey({ project_id: project.id });
    await client.get('/users/me');
    const read = proxy.holdNextAnswer('platform_version');
    const ask = () => client.get(`/authorize?product=${slug}`);
    const early = ask();
    const letThrough = await read;
    expect((await world.platform.delete(`/products/${slug}`)).status).toBe(204);
    const late = ask();
    await haveArrived();
    letThrough();
    const answers = await Promise.all([early, late]);
    expect(answers.map(outcome)).toEqual(['400 invalid_request', '400 invalid_request']);
  });

  it('never hides a new project: 200 once it is made', async () => {
    const { client } = await namedKey();
    await client.get('/authorize?product=uptime');
    const slug = `project-${Math.random().toString(36).slice(2, 10)}`;
    const ask = () => client.with({ 'x-project-slug': slug }).get('/authorize?product=uptime');
    const read = proxy.holdNextAnswer('platform_version');
    const early = ask();
    const letThrough = await read;
    await world.created('/projects', { name: 'New', slug });
    const late = ask();
    await haveArrived();
    letThrough();
    await early;
    expect(outcome(await late)).toBe('200');
  });
});

describe('a change of rights', () => {
  it('has only those states read again that it is about: a logout leaves every key remembered', async () => {
    const secrets: string[] = [];
    while (secrets.length < 10) secrets.push((await world.key()).key.secret);
    const session = await world.session((await world.human('admin')).email);
    const callAll = async () => {
      for (const secret of secrets)
        expect(outcome(await new Client(instance, secret).get('/users/me'))).toBe('200');
      return proxy.timesSent('FROM api_key_secret');
    };
    const before = await callAll();
    expect(before).toBeGreaterThanOrEqual(secrets.length);
    expect(await callAll()).toBe(before);
    expect((await session.post('/auth/logout')).status).toBe(204);
    // The instance learns of the change by the first call, whose own state it reads again.
    expect(await callAll()).toBeLessThanOrEqual(before + 1);
  });
});

describe('a call that was admitted before its caller lost the right', () => {
  it('403 and no change: the change is decided again', async () => {
    const bot = await world.serviceAccount('admin');
    const { client } = await namedKey({ owner_id: bot.id });
    await client.get('/users/me');
    const admitted = proxy.holdNextAnswer('admitted');
    const change = client.post('/projects', { name: 'Late' });
    const letThrough = await admitted;
    expect((await world.owner.patch(`/members/${bot.id}`, { role: 'member' })).status).toBe(200);
    letThrough();
    expect(outcome(await change)).toBe('403 insufficient_permissions');
    expect((await world.owner.get('/projects')).body.data).toEqual([]);
  });

  it('401 and no change when its key was revoked meanwhile', async () => {
    const { key, client } = await namedKey();
    await client.get('/users/me');
    const admitted = proxy.holdNextAnswer('admitted');
    const change = client.post('/projects', { name: 'Late' });
    const letThrough = await admitted;
    expect((await world.owner.delete(`/api-keys/${key.id}`)).status).toBe(204);
    letThrough();
    expect(outcome(await change)).toBe('401 invalid_token');
    expect((await world.owner.get('/projects')).body.data).toEqual([]);
  });
});
