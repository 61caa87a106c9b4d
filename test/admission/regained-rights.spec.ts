import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
let instances: ((token: string) => Client)[];
beforeAll(async () => {
  world = await World.start();
  instances = await world.instances(3);
});
afterAll(() => world.close());

/** A key that is refused, and the change after which it is let in. */
interface Case {
  readonly secret: string;
  readonly call: (client: Client) => Promise<Answer>;
  readonly change: () => Promise<Answer>;
}

const me = (client: Client) => client.get('/users/me');
const useUptime = (client: Client) => client.get('/authorize?product=uptime&access=read_write');

/** A service account's key for a project, and everything around it. */
async function projectKey(role: string, input: object = {}) {
  const project = await world.project();
  const bot = await world.serviceAccount('member', { [project.id]: role });
  const { key } = await world.key({ owner_id: bot.id, project_id: project.id, ...input });
  return { project, bot, key, secret: key.secret as string, call: useUptime };
}

const cases: Readonly<Record<string, () => Promise<Case>>> = {
  'enabling the key': async () => {
    const { key } = await world.key();
    await world.owner.patch(`/api-keys/${key.id}`, { is_active: false });
    const change = () => world.owner.patch(`/api-keys/${key.id}`, { is_active: true });
    return { secret: key.secret, call: me, change };
  },
  'a wider scope': async () => {
    const { key, ...rest } = await projectKey('editor', { product_scopes: { uptime: 'read' } });
    const scopes = { product_scopes: { uptime: 'read_write' } };
    return { ...rest, change: () => world.owner.patch(`/api-keys/${key.id}`, scopes) };
  },
  'lifting its list of addresses': async () => {
    const { key } = await world.key({ allowed_ips: ['203.0.113.0/24'] });
    const change = () => world.owner.patch(`/api-keys/${key.id}`, { allowed_ips: null });
    return { secret: key.secret, call: me, change };
  },
  'reactivating its owner': async () => {
    const { bot, ...rest } = await projectKey('editor');
    await world.owner.patch(`/members/${bot.id}`, { status: 'deactivated' });
    return { ...rest, change: () => world.owner.patch(`/members/${bot.id}`, { status: 'active' }) };
  },
  'promoting its owner in the project': async () => {
    const { bot, project, ...rest } = await projectKey('viewer');
    const path = `/projects/${project.id}/members/${bot.id}`;
    return { ...rest, change: () => world.owner.put(path, { role: 'editor' }) };
  },
  'promoting its owner in the organization': async () => {
    const { bot, ...rest } = await projectKey('viewer');
    return { ...rest, change: () => world.owner.patch(`/members/${bot.id}`, { role: 'admin' }) };
  },
  'a wider custom role': async () => {
    const input = { level: 'project', permissions: { uptime: 'read' } };
    const role = await world.created('/roles', { name: `Role ${Math.random()}`, ...input });
    const { key: _, ...rest } = await projectKey(role.id);
    const permissions = { uptime: 'read_write' };
    return { ...rest, change: () => world.owner.patch(`/roles/${role.id}`, { permissions }) };
  },
  'ending the suspension of its organization': async () => {
    const other = await world.otherOrganization();
    const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
    const path = `/organizations/${other.id}`;
    await world.platform.patch(path, { status: 'suspended' });
    const change = () => world.platform.patch(path, { status: 'active' });
    return { secret: key.secret, call: me, change };
  },
  'adding the product': async () => {
    const slug = `product-${Math.random().toString(36).slice(2, 10)}`;
    const { key: _, ...rest } = await projectKey('editor');
    const call = (client: Client) => client.get(`/authorize?product=${slug}`);
    return { ...rest, call, change: () => world.platform.post('/products', { slug, name: slug }) };
  },
  'making the project': async () => {
    const slug = `project-${Math.random().toString(36).slice(2, 10)}`;
    const { key } = await world.key();
    const call = (client: Client) => useUptime(client.with({ 'x-project-slug': slug }));
    const change = () => world.owner.post('/projects', { name: slug, slug });
    return { secret: key.secret, call, change };
  },
  'giving the project its name': async () => {
    const slug = `project-${Math.random().toString(36).slice(2, 10)}`;
    const [{ key }, project] = [await world.key(), await world.project()];
    const call = (client: Client) => useUptime(client.with({ 'x-project-slug': slug }));
    const change = () => world.owner.patch(`/projects/${project.id}`, { slug });
    return { secret: key.secret, call, change };
  },
};

describe('at once, on every instance, 200 after', () => {
  it.each(Object.entries(cases))('%s: no refusal is remembered', async (_, prepare) => {
    const { secret, call, change } = await prepare();
    const everywhere = async () =>
      (await Promise.all(instances.map((client) => call(client(secret))))).map((a) => a.status);
    for (const status of [...(await everywhere()), ...(await everywhere())])
      expect([400, 401, 403, 404]).toContain(status);
    expect([200, 201]).toContain((await change()).status);
    expect(await everywhere()).toEqual([200, 200, 200]);
  });
});
