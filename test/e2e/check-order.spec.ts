import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ rateLimitPerMinute: 5 });
});
afterAll(() => world.close());

/** Everything that can be wrong with a call at once: each test mends one thing and sees the next one refuse. */
let id: string;
let owner: { id: string; client: Client };
let client: Client;
let key: Json;
beforeEach(async () => {
  const other = await freshOrganization();
  id = other.id;
  owner = other.owner;
  key = await world.created('/api-keys', { name: 'Key' }, owner.client);
  client = world.client(key.secret);
});

/** An organization with an owner who calls by a session, which the organization's limit leaves alone. */
async function freshOrganization() {
  const input = { name: 'Other', owner_email: `o-${randomUUID()}@example.com` };
  const organization = await world.created('/organizations', input, world.platform);
  const human = await world.human('owner', organization.id);
  const session = await world.session(human.email);
  return { id: organization.id as string, owner: { id: human.id, client: session } };
}

const refusedCall = () =>
  client.with({ 'x-project-id': randomUUID() }).get('/authorize?product=uptime&access=read');

describe('checks', () => {
  it('run in the order credential, status, address, rate limit, project, permission', async () => {
    const nowhere = ['192.0.2.1'];
    const bot = await world.created(
      '/service-accounts',
      { name: 'Bot', role: 'member' },
      owner.client,
    );
    key = await world.created(
      '/api-keys',
      { name: 'Key', owner_id: bot.id, allowed_ips: nowhere },
      owner.client,
    );
    client = world.client(key.secret);
    const change = async (path: string, body: object, by: Client = owner.client) =>
      expect(outcome(await by.patch(path, body))).toBe('200');
    await change(`/api-keys/${key.id}`, { is_active: false });
    await change(`/service-accounts/${bot.id}`, { status: 'deactivated' });
    await change(`/organizations/${id}`, { status: 'suspended' }, world.platform);
    expect(outcome(await refusedCall())).toBe('401 invalid_token');

    await world.rewrite('UPDATE api_key SET is_active = true WHERE id = $1', [key.id]);
    expect(outcome(await refusedCall())).toBe('403 account_deactivated');

    await world.rewrite(`UPDATE member SET status = 'active' WHERE id = $1`, [bot.id]);
    expect(outcome(await refusedCall())).toBe('403 organization_suspended');

    await change(`/organizations/${id}`, { status: 'active' }, world.platform);
    expect(outcome(await refusedCall())).toBe('403 ip_not_allowed');

    await change(`/api-keys/${key.id}`, { allowed_ips: null });
    for (let call = 1; call <= 5; call += 1)
      expect(outcome(await refusedCall())).toBe('404 project_not_found');
    expect(outcome(await refusedCall())).toBe('429 rate_limit_exceeded');

    await change(`/organizations/${id}`, { rate_limit_per_minute: 100 }, world.platform);
    expect(outcome(await refusedCall())).toBe('404 project_not_found');
    const project = await world.created('/projects', { name: 'Website' }, owner.client);
    const there = client.with({ 'x-project-id': project.id });
    const path = '/authorize?product=uptime&access=read';
    expect(outcome(await there.get(path))).toBe('403 insufficient_permissions');

    await owner.client.put(`/projects/${project.id}/members/${bot.id}`, { role: 'viewer' });
    expect(outcome(await there.get(path))).toBe('200');
  });

  it('come before the fields of a body are looked at', async () => {
    const bot = await world.created('/service-accounts', { name: 'Bot' }, owner.client);
    const weak = await world.created('/api-keys', { name: 'K', owner_id: bot.id }, owner.client);
    const answer = await world.client(weak.secret).post('/projects', { nonsense: true });
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });
});

describe('a body that cannot be parsed', () => {
  const bodies: Record<string, (by: Client) => Promise<Json>> = {
    '400 invalid_request': (by) => by.post('/projects', '{"name":'),
    '413 payload_too_large': (by) => by.post('/projects', { name: 'x'.repeat(65_536) }),
    '415 unsupported_media_type': (by) =>
      by.with({ 'content-type': 'text/plain' }).post('/projects', 'x'),
  };

  it.each(Object.entries(bodies))(
    '%s before the credential is looked at',
    async (expected, send) => {
      expect(outcome(await send(world.client(null)))).toBe(expected);
      expect(outcome(await send(world.client('sk_nonsense')))).toBe(expected);
      expect(outcome(await send(client))).toBe(expected);
    },
  );

  it('is neither counted nor recorded', async () => {
    const before = await events();
    for (let round = 1; round <= 3; round += 1)
      for (const send of Object.values(bodies)) await send(client);
    expect(await events()).toBe(before);
    const { headers } = await client.get('/users/me');
    expect(headers.get('ratelimit')).toMatch(/^"organization";r=4;/);
    expect(await events()).toBe(before + 1);
  });

  it('413 from 64 KiB and one byte on, not before', async () => {
    const bodyOf = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;
    const { client: session } = owner;
    expect(outcome(await session.post('/projects', bodyOf(65_536)))).toBe('400 invalid_request');
    expect(outcome(await session.post('/projects', bodyOf(65_537)))).toBe('413 payload_too_large');
  });

  async function events(): Promise<number> {
    const [row] = await world.server.sql<{ count: string }>(
      'SELECT count(*) FROM audit_event WHERE organization_id = $1',
      [id],
    );
    return Number(row?.count);
  }
});

describe('403 account_deactivated', () => {
  it('when the owning member is deactivated, and 200 again once it is active', async () => {
    const bot = await world.created('/service-accounts', { name: 'Bot' }, owner.client);
    const made = await world.created('/api-keys', { name: 'K', owner_id: bot.id }, owner.client);
    const call = () => world.client(made.secret).get('/users/me');
    expect(outcome(await call())).toBe('200');
    await owner.client.patch(`/members/${bot.id}`, { status: 'deactivated' });
    expect(outcome(await call())).toBe('403 account_deactivated');
    await owner.client.patch(`/members/${bot.id}`, { status: 'active' });
    expect(outcome(await call())).toBe('200');
  });

  it('when the user behind the member is deactivated, for keys and sessions', async () => {
    await world.rewrite(
      `UPDATE user_account SET status = 'deactivated' WHERE id = (SELECT user_id FROM member WHERE id = $1)`,
      [owner.id],
    );
    for (const caller of [client, owner.client])
      expect(outcome(await caller.get('/users/me'))).toBe('403 account_deactivated');
  });
});

describe('403 organization_suspended', () => {
  it('for keys and sessions, until the operator lifts it', async () => {
    const set = (status: string) => world.platform.patch(`/organizations/${id}`, { status });
    expect(outcome(await set('suspended'))).toBe('200');
    for (const caller of [client, owner.client])
      expect(outcome(await caller.get('/users/me'))).toBe('403 organization_suspended');
    expect(outcome(await set('active'))).toBe('200');
    for (const caller of [client, owner.client])
      expect(outcome(await caller.get('/users/me'))).toBe('200');
  });
});
