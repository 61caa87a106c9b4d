import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

interface Person {
  readonly email: string;
  readonly tokens: Json;
  readonly client: Client;
}

async function signIn(email: string, more: object = {}): Promise<Person> {
  const headers = { 'x-forwarded-for': `192.0.2.${Math.floor(Math.random() * 256)}` };
  const login = world.client(null).with({ ...headers, 'user-agent': 'a browser' });
  const { body: tokens } = await login.post('/auth/login', { email, password, ...more });
  return { email, tokens, client: world.client(tokens.access_token) };
}

async function person(): Promise<Person> {
  return signIn((await world.human('admin')).email);
}

const current = async (client: Client) => (await client.get('/users/me')).body;
const refresh = async ({ refresh_token }: Json) =>
  outcome(await world.client(null).post('/auth/refresh', { refresh_token }));

describe('GET /v1/auth/sessions', () => {
  it('200 with one’s own sessions in all organizations, newest first, the present one marked', async () => {
    const first = await person();
    const own = await world.created('/organizations', { name: 'Own' }, first.client);
    const second = await signIn(first.email, { organization: own.id });
    await person();
    const { body } = await second.client.get('/auth/sessions');
    expect(body.data).toMatchObject([
      { current: true, organization: { id: own.id, slug: own.slug, name: 'Own' } },
      { current: false, organization: { id: world.organizationId }, user_agent: 'a browser' },
    ]);
    expect(body.data[0]).toMatchObject({ ip: expect.stringMatching(/^192\.0\.2\./) });
    expect(body.data.map(({ id }: Json) => id)).toEqual([
      (await current(second.client)).credential.id,
      (await current(first.client)).credential.id,
    ]);
  });

  it('leaves out those that have ended, or were not refreshed for 7 days', async () => {
    const one = await person();
    const ended = await signIn(one.email);
    await ended.client.post('/auth/logout');
    const idle = await signIn(one.email);
    await world.server.sql(
      `UPDATE session SET refreshed_at = refreshed_at - interval '8 days' WHERE id = $1`,
      [(await current(idle.client)).credential.id],
    );
    const { body } = await one.client.get('/auth/sessions');
    expect(body.data).toHaveLength(1);
    expect(body.data[0].current).toBe(true);
  });

  it('400 for an API key, which acts for its owner but is not them', async () => {
    expect(outcome(await world.owner.get('/auth/sessions'))).toBe('400 invalid_request');
  });
});

describe('DELETE /v1/auth/sessions/{id}', () => {
  it('204, and the very next call of that session is 401 on every instance, its refresh too', async () => {
    const one = await person();
    const other = await signIn(one.email);
    const clients = (await world.instances(3)).map((to) => to(other.tokens.access_token));
    for (const client of clients) expect(outcome(await client.get('/users/me'))).toBe('200');
    const { credential } = await current(other.client);
    expect(outcome(await one.client.delete(`/auth/sessions/${credential.id}`))).toBe('204');
    for (const client of clients)
      expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect(await refresh(other.tokens)).toBe('401 invalid_token');
    expect(outcome(await one.client.delete(`/auth/sessions/${credential.id}`))).toBe('204');
    expect(outcome(await one.client.get('/users/me'))).toBe('200');
  });

  it('204 for one in another organization, which is told of it with its own member as actor', async () => {
    const one = await person();
    const own = await world.created('/organizations', { name: 'Own' }, one.client);
    const other = await signIn(one.email, { organization: own.id });
    const me = await current(other.client);
    expect(outcome(await one.client.delete(`/auth/sessions/${me.credential.id}`))).toBe('204');
    expect(outcome(await other.client.get('/users/me'))).toBe('401 invalid_token');
    const back = await signIn(one.email, { organization: own.id });
    const { body } = await back.client.get('/audit-events?action=session.ended');
    expect(body.data).toMatchObject([{ actor: { id: me.id }, target: { id: me.credential.id } }]);
  });

  it('404 not_found for another person’s session, which goes on, and for one that never was', async () => {
    const [one, other] = [await person(), await person()];
    const { credential } = await current(other.client);
    for (const id of [credential.id, randomUUID()])
      expect(outcome(await one.client.delete(`/auth/sessions/${id}`))).toBe('404 not_found');
    expect(outcome(await other.client.get('/users/me'))).toBe('200');
  });

  it('400 for an API key', async () => {
    const { credential } = await current((await person()).client);
    const answer = await world.owner.delete(`/auth/sessions/${credential.id}`);
    expect(outcome(answer)).toBe('400 invalid_request');
  });
});

describe('POST /v1/auth/switch', () => {
  it('200 with tokens for the other organization; the session switched from has ended', async () => {
    const one = await person();
    const own = await world.created('/organizations', { name: 'Own' }, one.client);
    const answer = await one.client.post('/auth/switch', { organization_id: own.id.toUpperCase() });
    expect(outcome(answer)).toBe('200');
    const me = await current(world.client(answer.body.access_token));
    expect(me).toMatchObject({ organization: { id: own.id }, role: 'owner' });
    expect(outcome(await one.client.get('/users/me'))).toBe('401 invalid_token');
    expect(await refresh(one.tokens)).toBe('401 invalid_token');
    expect(await refresh(answer.body)).toBe('200');
  });

  it('does not make the new session last longer than the old one would have', async () => {
    const one = await person();
    const own = await world.created('/organizations', { name: 'Own' }, one.client);
    const { body: before } = await one.client.get('/auth/sessions');
    const { body: tokens } = await one.client.post('/auth/switch', { organization_id: own.id });
    const { body: after } = await world.client(tokens.access_token).get('/auth/sessions');
    expect(after.data).toHaveLength(1);
    expect(after.data[0].expires_at).toBe(before.data[0].expires_at);
  });

  it('404 not_found where one is no member, the same bytes as for no organization, and the session goes on', async () => {
    const one = await person();
    const other = await world.otherOrganization();
    const answers = [
      await one.client.post('/auth/switch', { organization_id: other.id }),
      await one.client.post('/auth/switch', { organization_id: randomUUID() }),
    ];
    expect(answers.map(outcome)).toEqual(['404 not_found', '404 not_found']);
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(bytes[0]).toBe(bytes[1]);
    expect(outcome(await one.client.get('/users/me'))).toBe('200');
  });

  it('403 where the other organization would refuse the session, and the present one goes on', async () => {
    const one = await person();
    const own = await world.created('/organizations', { name: 'Own' }, one.client);
    const to = async () =>
      outcome(await one.client.post('/auth/switch', { organization_id: own.id }));
    await world.platform.patch(`/organizations/${own.id}`, { status: 'suspended' });
    expect(await to()).toBe('403 organization_suspended');
    await world.platform.patch(`/organizations/${own.id}`, {
      status: 'active',
      policy: { allowed_ips: ['203.0.113.7'] },
    });
    expect(await to()).toBe('403 ip_not_allowed');
    expect(outcome(await one.client.get('/users/me'))).toBe('200');
  });

  it('shows no token in the answer to a repeated request', async () => {
    const one = await person();
    const other = await signIn(one.email);
    const { body: me } = await other.client.get('/users/me');
    const own = await world.created('/organizations', { name: 'Own' }, one.client);
    const keyed = one.client.with({ 'idempotency-key': randomUUID() });
    const { body } = await keyed.post('/auth/switch', { organization_id: own.id });
    const [kept] = await world.server.sql<{ body: Json }>(
      'SELECT body FROM idempotent_answer WHERE actor_id = $1',
      [me.id],
    );
    expect(body.refresh_token).toMatch(/^rt_/);
    expect(kept?.body).toMatchObject({ access_token: null, refresh_token: null });
  });
});
