import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Json } from '../harness/client.js';
import { password, World } from '../harness/world.js';

let world: World;
let instances: ((token: string) => Client)[];
beforeAll(async () => {
  world = await World.start();
  instances = await world.instances(3);
});
afterAll(() => world.close());

interface Case {
  readonly change: string;
  /** Makes a key that is let in, and the change after which it is not. */
  readonly prepare: () => Promise<{
    secret: string;
    call: (client: Client) => Promise<Json>;
    change: () => Promise<Json>;
  }>;
  readonly refused: number;
}

const me = (client: Client) => client.get('/users/me');

async function projectKey() {
  const project = await world.project();
  const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
  const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
  const ask = (client: Client) => client.get('/authorize?product=uptime&access=read_write');
  return { project, bot, key, ask };
}

const cases: Case[] = [
  {
    change: 'a revoke',
    refused: 401,
    prepare: async () => {
      const { key } = await world.key();
      return {
        secret: key.secret,
        call: me,
        change: () => world.owner.delete(`/api-keys/${key.id}`),
      };
    },
  },
  {
    change: 'a rotation without overlap',
    refused: 401,
    prepare: async () => {
      const { key } = await world.key();
      const change = () => world.owner.post(`/api-keys/${key.id}/rotate`, {});
      return { secret: key.secret, call: me, change };
    },
  },
  {
    change: 'disabling the key',
    refused: 401,
    prepare: async () => {
      const { key } = await world.key();
      const change = () => world.owner.patch(`/api-keys/${key.id}`, { is_active: false });
      return { secret: key.secret, call: me, change };
    },
  },
  {
    change: 'a scope cut',
    refused: 403,
    prepare: async () => {
      const { key, ask } = await projectKey();
      const change = () =>
        world.owner.patch(`/api-keys/${key.id}`, { product_scopes: { uptime: 'read' } });
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'a deactivation of its owner',
    refused: 403,
    prepare: async () => {
      const { key, bot, ask } = await projectKey();
      const change = () => world.owner.patch(`/members/${bot.id}`, { status: 'deactivated' });
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'a demotion of its owner in the project',
    refused: 403,
    prepare: async () => {
      const { key, bot, project, ask } = await projectKey();
      const change = () =>
        world.owner.put(`/projects/${project.id}/members/${bot.id}`, { role: 'viewer' });
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'a demotion of its owner in the organization',
    refused: 403,
    prepare: async () => {
      const bot = await world.serviceAccount('admin');
      const { key } = await world.key({ owner_id: bot.id });
      const change = () => world.owner.patch(`/members/${bot.id}`, { role: 'member' });
      return {
        secret: key.secret,
        call: (client) => client.get('/api-keys?limit=1').then(unlessOwn),
        change,
      };
    },
  },
  {
    change: 'the removal of its owner from the project',
    refused: 403,
    prepare: async () => {
      const { key, bot, project, ask } = await projectKey();
      const change = () => world.owner.delete(`/projects/${project.id}/members/${bot.id}`);
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'the removal of its owner',
    refused: 401,
    prepare: async () => {
      const { key, bot, ask } = await projectKey();
      const change = () => world.owner.delete(`/members/${bot.id}`);
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'the deletion of its project',
    refused: 401,
    prepare: async () => {
      const { key, project, ask } = await projectKey();
      const change = () => world.owner.delete(`/projects/${project.id}`);
      return { secret: key.secret, call: ask, change };
    },
  },
  {
    change: 'a narrower custom role',
    refused: 403,
    prepare: async () => {
      const name = `Role ${Math.random()}`;
      const role = await world.created('/roles', {
        name,
        level: 'project',
        permissions: { uptime: 'read_write' },
      });
      const project = await world.project();
      const bot = await world.serviceAccount('member', { [project.id]: role.id });
      const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
      const change = () =>
        world.owner.patch(`/roles/${role.id}`, { permissions: { uptime: 'read' } });
      const call = (client: Client) => client.get('/authorize?product=uptime&access=read_write');
      return { secret: key.secret, call, change };
    },
  },
  {
    change: 'the removal of the product',
    refused: 400,
    prepare: async () => {
      const slug = `product-${Math.random().toString(36).slice(2, 10)}`;
      await world.created('/products', { slug, name: 'Product' }, world.platform);
      const { key } = await projectKey();
      const change = () => world.platform.delete(`/products/${slug}`);
      return {
        secret: key.secret,
        call: (client) => client.get(`/authorize?product=${slug}`),
        change,
      };
    },
  },
  {
    change: 'a logout',
    refused: 401,
    prepare: async () => {
      const { email } = await world.human('admin');
      const { body } = await world.client(null).post('/auth/login', { email, password });
      const change = () => world.client(body.access_token).post('/auth/logout');
      return { secret: body.access_token, call: me, change };
    },
  },
  {
    change: 'a new address list of the key',
    refused: 403,
    prepare: async () => {
      const { key } = await world.key();
      const change = () =>
        world.owner.patch(`/api-keys/${key.id}`, { allowed_ips: ['203.0.113.0/24'] });
      return { secret: key.secret, call: me, change };
    },
  },
  {
    change: 'a new address list of the organization',
    refused: 403,
    prepare: async () => {
      const other = await world.otherOrganization();
      const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
      const policy = { allowed_ips: ['203.0.113.0/24'] };
      const change = () => world.platform.patch(`/organizations/${other.id}`, { policy });
      return { secret: key.secret, call: me, change };
    },
  },
  {
    change: 'the deletion of the organization',
    refused: 401,
    prepare: async () => {
      const other = await world.otherOrganization();
      const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
      const change = () => world.platform.delete(`/organizations/${other.id}`);
      return { secret: key.secret, call: me, change };
    },
  },
  {
    change: 'the suspension of the organization',
    refused: 403,
    prepare: async () => {
      const other = await world.otherOrganization();
      const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
      const change = () =>
        world.platform.patch(`/organizations/${other.id}`, { status: 'suspended' });
      return { secret: key.secret, call: me, change };
    },
  },
];

/** Listing one's own keys needs no access, so the answer of someone who sees others' keys tells the difference. */
async function unlessOwn(answer: Json): Promise<Json> {
  return answer.body.data?.[0]?.owner?.name === 'Owner'
    ? answer
    : { ...answer, status: answer.status === 200 ? 403 : answer.status };
}

describe.each(cases)('after $change', ({ prepare, refused }) => {
  it(`no call on any of 3 instances is let in: ${refused}, also while a flood of the very key goes on`, async () => {
    const { secret, call, change } = await prepare();
    await world.key();
    const clients = instances.map((client) => client(secret));
    const before = await Promise.all(clients.map(call));
    expect(before.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const flooding = { done: false };
    const flood = clients.flatMap((client) =>
      Array.from({ length: 5 }, async () => {
        while (!flooding.done) await call(client);
      }),
    );
    const changed = await change();
    expect([200, 204]).toContain(changed.status);
    const after = await Promise.all(
      Array.from({ length: 33 }, () => clients)
        .flat()
        .map(call),
    );
    flooding.done = true;
    await Promise.all(flood);
    expect(new Set(after.map((answer) => answer.status))).toEqual(new Set([refused]));
  });
});
