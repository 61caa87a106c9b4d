import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { Person } from '../harness/person.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

type Change = () => Promise<Answer>;

/** A member of a project with a key for it, and a role of its own. */
async function subject() {
  const input = { level: 'project', permissions: { uptime: 'read_write' } };
  const role = await world.created('/roles', { name: `Role ${Math.random()}`, ...input });
  const project = await world.project();
  const bot = await world.serviceAccount('admin', { [project.id]: role.id });
  const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
  const held = `/projects/${project.id}/members/${bot.id}`;
  return { role: `/roles/${role.id}`, project, bot: `/members/${bot.id}`, key, held };
}

/** The call that changes a column, or why none does. A column that decisions are made from belongs here. */
const columns: Readonly<
  Record<string, Readonly<Record<string, string | (() => Promise<Change>)>>>
> = {
  api_key: {
    name: ofKey({ name: 'Renamed' }),
    product_scopes: ofKey({ product_scopes: {} }),
    is_active: ofKey({ is_active: false }),
    allowed_ips: ofKey({ allowed_ips: ['192.0.2.1'] }),
    expires_at: ofKey({ expires_at: '2099-01-01T00:00:00Z' }),
    revoked_at: async () => {
      const { key } = await subject();
      return () => world.owner.delete(`/api-keys/${key.id}`);
    },
    not_before: 'never changes',
    scope: 'never changes',
    project_id: 'never changes',
    owner_id: 'never changes',
    rotated_at: 'decides nothing',
    created_by: 'decides nothing',
  },
  api_key_secret: {
    expires_at: async () => {
      const { key } = await subject();
      return () => world.owner.post(`/api-keys/${key.id}/rotate`, { overlap_seconds: 60 });
    },
    api_key_id: 'never changes',
    hash: 'never changes',
    pepper_id: 'never changes',
    prefix: 'never changes',
  },
  member: {
    name: ofMember({ name: 'Renamed' }),
    role_id: ofMember({ role: 'member' }),
    status: ofMember({ status: 'deactivated' }),
    deleted_at: async () => {
      const { bot } = await subject();
      return () => world.owner.delete(bot);
    },
    type: 'never changes',
    user_id: 'never changes',
  },
  project_member: {
    role_id: async () => {
      const { held } = await subject();
      return () => world.owner.put(held, { role: 'viewer' });
    },
    'the row': async () => {
      const { held } = await subject();
      return () => world.owner.delete(held);
    },
    project_id: 'never changes',
    member_id: 'never changes',
  },
  project: {
    slug: async () => {
      const { project } = await subject();
      return () => world.owner.patch(`/projects/${project.id}`, { slug: `${project.slug}-2` });
    },
    deleted_at: async () => {
      const { project } = await subject();
      return () => world.owner.delete(`/projects/${project.id}`);
    },
    name: 'decides nothing',
  },
  role: {
    permissions: async () => {
      const { role } = await subject();
      return () => world.owner.patch(role, { permissions: {} });
    },
    name: async () => {
      const { role } = await subject();
      return () => world.owner.patch(role, { name: `Renamed ${Math.random()}` });
    },
    level: 'never changes',
  },
  organization: {
    name: ofOrganization({ name: 'Renamed' }),
    slug: ofOrganization({ slug: 'renamed' }),
    policy: ofOrganization({ policy: { allowed_ips: ['0.0.0.0/0'] } }),
    rate_limit_per_minute: ofOrganization({ rate_limit_per_minute: 90_000 }),
    status: ofOrganization({ status: 'suspended' }, { status: 'active' }),
    deleted_at: async () => {
      const other = await world.otherOrganization();
      return () => world.platform.delete(`/organizations/${other.id}`);
    },
  },
  session: {
    connection_id: 'never changes',
    ended_at: async () => {
      const session = await world.session((await world.human('admin')).email);
      return () => session.post('/auth/logout');
    },
    expires_at: 'never changes',
    refreshed_at: 'decides nothing',
    member_id: 'never changes',
    user_id: 'never changes',
    ip: 'decides nothing',
    network: 'decides nothing',
    user_agent: 'decides nothing',
    second_factor: enrolment,
  },
  oauth_client: {
    name: ofClient({ name: 'Renamed' }),
    product_scopes: ofClient({ scope: 'read' }),
    deleted_at: async () => {
      const { path } = await client();
      return () => world.owner.delete(path);
    },
    member_id: 'never changes',
    rotated_at: 'decides nothing',
    created_by: 'decides nothing',
  },
  oauth_client_secret: {
    expires_at: async () => {
      const { path } = await client();
      return () => world.owner.post(`${path}/rotate`, { overlap_seconds: 60 });
    },
    client_id: 'never changes',
    hash: 'never changes',
    pepper_id: 'never changes',
  },
  oauth_token: {
    revoked_at: async () => {
      const { basic } = await client();
      const { body } = await basic.call('POST', '//oauth/token', 'grant_type=client_credentials');
      return () => basic.call('POST', '//oauth/revoke', `token=${body.access_token}`);
    },
    product_scopes: 'changes with the product alone',
    client_id: 'never changes',
    expires_at: 'never changes',
  },
  product: {
    'the row': async () => {
      const slug = `product-${Math.random().toString(36).slice(2, 10)}`;
      await world.created('/products', { slug, name: slug }, world.platform);
      return () => world.platform.delete(`/products/${slug}`);
    },
    slug: 'never changes',
    name: 'decides nothing',
    description: 'decides nothing',
    built_in: 'never changes',
  },
  user_account: {
    status: 'no call changes it yet',
    name: 'no call changes it yet',
    email: 'no call changes it yet',
    email_key: 'decides nothing',
    password_hash: 'decides nothing',
  },
};

/** A person who is about to show a second factor in their session. */
async function enrolment(): Promise<Change> {
  const { email } = await world.human('admin');
  const { person, code } = await Person.beginning(world, email);
  return () => person.client.post('/auth/totp/confirm', { code });
}

/** A client of a service account, and what calls as it. */
async function client() {
  const bot = await world.serviceAccount('admin');
  const path = `/service-accounts/${bot.id}/clients`;
  const { client_id: id, client_secret: secret } = await world.created(path, {});
  const basic = world.client(null).with({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  });
  return { path: `${path}/${id}`, basic };
}

function ofClient(input: object) {
  return async (): Promise<Change> => {
    const { path } = await client();
    return () => world.owner.patch(path, input);
  };
}

function ofKey(input: object) {
  return async (): Promise<Change> => {
    const { key } = await subject();
    return () => world.owner.patch(`/api-keys/${key.id}`, input);
  };
}

function ofMember(input: object) {
  return async (): Promise<Change> => {
    const { bot } = await subject();
    return () => world.owner.patch(bot, input);
  };
}

function ofOrganization(input: object, back?: object) {
  const path = () => `/organizations/${world.organizationId}`;
  return async (): Promise<Change> => async () => {
    const answer = await world.platform.patch(path(), input);
    if (back) await world.platform.patch(path(), back);
    return answer;
  };
}

/** The number of the last change of rights anywhere. */
async function versions(): Promise<number> {
  const [row] = await world.server.sql<{ sum: string }>('SELECT sum(version) FROM gate');
  return Number(row?.sum);
}

const calls = Object.entries(columns).flatMap(([table, changes]) =>
  Object.entries(changes).flatMap(([column, prepare]) =>
    typeof prepare === 'string' ? [] : [{ what: `${table}: ${column}`, prepare }],
  ),
);

describe('what decisions are made from', () => {
  it.each(calls)(
    'cannot change without moving the number of the last change: $what',
    async ({ prepare }) => {
      const change = await prepare();
      const before = await versions();
      expect([200, 201, 204]).toContain((await change()).status);
      expect(await versions()).toBeGreaterThan(before);
    },
  );

  it('is all in this table: no column is left out', async () => {
    const rows = await world.server.sql<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_name = ANY($1) AND column_name NOT IN ('id', 'organization_id', 'created_at')`,
      [Object.keys(columns)],
    );
    const listed = Object.entries(columns).flatMap(([table, changes]) =>
      Object.keys(changes).map((column) => `${table}: ${column}`),
    );
    const there = rows.map(({ table, column }) => `${table}: ${column}`);
    expect(there.filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed.filter((name) => !there.includes(name) && !name.endsWith('the row'))).toEqual([]);
  });
});
