import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client, type Json } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { outcome } from '../harness/outcome.js';
import { Person } from '../harness/person.js';
import { startServer } from '../harness/server.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
let clock: Clock;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  clock = await Clock.stopped(world.server);
});
// Each test has a time step of its own, with its neighbours.
beforeEach(() => clock.advance(90));
afterAll(() => world.close());

const required = '403 second_factor_required';

interface Place {
  readonly id: string;
  readonly path: string;
  /** An owner with a second factor, and one without. */
  readonly owner: Person;
  readonly other: { readonly email: string; readonly token: string; readonly client: Client };
}

/** An organization of its own. */
async function place(): Promise<Place> {
  const { id } = await world.otherOrganization();
  const owner = await Person.enrolled(world, (await world.human('owner', id)).email);
  const { email } = await world.human('owner', id);
  const { access_token: token } = await world.signIn(email);
  const other = { email, token, client: world.client(token) };
  return { id, path: `/organizations/${id}`, owner, other };
}

const on = { policy: { require_second_factor: true } };
const off = { policy: { require_second_factor: false } };

/** An organization that requires a second factor. */
async function strictPlace(): Promise<Place> {
  const made = await place();
  expect(outcome(await made.owner.client.patch(made.path, on))).toBe('200');
  return made;
}

describe('policy.require_second_factor', () => {
  it('is false unless it was set, and is told in the log', async () => {
    const { path, owner } = await place();
    expect((await owner.client.get(path)).body.policy.require_second_factor).toBe(false);
    const { body } = await owner.client.patch(path, on);
    expect(body.policy.require_second_factor).toBe(true);
    const [event] = (await owner.client.get('/audit-events?action=organization.updated')).body.data;
    expect(event.changes.policy[1].require_second_factor).toBe(true);
    const wrong = await owner.client.patch(path, { policy: { require_second_factor: 'yes' } });
    expect(outcome(wrong)).toBe('400 invalid_request');
  });

  it('409 conflict for whoever would lock themselves out: a session without one, and a key', async () => {
    const { id, path, other } = await place();
    const key = await world.created('/api-keys', { name: 'Key' }, other.client);
    for (const client of [other.client, world.client(key.secret)]) {
      const answer = await client.patch(path, on);
      expect(outcome(answer)).toBe('409 conflict');
      expect(answer.body.error.message).toContain('POST /v1/auth/totp');
    }
    expect(outcome(await world.platform.patch(`/organizations/${id}`, on))).toBe('200');
    // Sent again as it is, it changes nothing; a key may also turn it off.
    expect(outcome(await world.client(key.secret).patch(path, on))).toBe('200');
    expect(outcome(await world.client(key.secret).patch(path, off))).toBe('200');
    expect(outcome(await other.client.get(path))).toBe('200');
  });

  it('refuses a session without one at the very next call, on every instance, and lets it in again', async () => {
    const { path, owner, other } = await place();
    const clients = (await world.instances(3)).map((to) => to(other.token));
    const outcomes = async () => {
      const answers = await Promise.all(clients.map((client) => client.get('/members')));
      return new Set(answers.map(outcome));
    };
    for (let round = 0; round < 3; round += 1) {
      expect(await outcomes()).toEqual(new Set(['200']));
      await owner.client.patch(path, on);
      expect(await outcomes()).toEqual(new Set([required]));
      await owner.client.patch(path, off);
    }
  });

  it('403 with what to do, also at /authorize, and the log says why', async () => {
    const { owner, other } = await strictPlace();
    const answer = await other.client.get('/members');
    expect(outcome(answer)).toBe(required);
    expect(answer.body.error.message).toContain('POST /v1/auth/totp');
    const project = await world.created('/projects', { name: 'P' }, owner.client);
    const gateway = other.client.with({ 'x-project-id': project.id });
    expect(outcome(await gateway.get('/authorize?product=uptime'))).toBe(required);
    const denied = '/audit-events?action=session.used&outcome=denied';
    const [event] = (await owner.client.get(denied)).body.data;
    expect(event.code).toBe('second_factor_required');
  });

  it('leaves API keys and OAuth tokens alone', async () => {
    const { id, owner } = await strictPlace();
    const key = await world.created('/api-keys', { name: 'Key' }, owner.client);
    expect(outcome(await world.client(key.secret).get('/members'))).toBe('200');
    const account = { name: 'Bot', role: 'admin' };
    const bot = await world.created('/service-accounts', account, owner.client);
    const path = `/service-accounts/${bot.id}/clients`;
    const made = await world.created(path, { scope: 'read' }, owner.client);
    const basic = Buffer.from(`${made.client_id}:${made.client_secret}`).toString('base64');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { body } = await world
      .client(null)
      .with({ ...form, authorization: `Basic ${basic}` })
      .call('POST', '//oauth/token', 'grant_type=client_credentials');
    expect(outcome(await world.client(body.access_token).get('/members'))).toBe('200');
    expect(outcome(await world.platform.get(`/organizations/${id}`))).toBe('200');
  });

  it('leaves open what it takes to enrol; confirming lets that very session in, and no other', async () => {
    const { other } = await strictPlace();
    const { client, email } = other;
    const elsewhere = await world.session(email);
    for (const path of ['/users/me', '/auth/sessions', '/auth/totp'])
      expect([path, outcome(await client.get(path))]).toEqual([path, '200']);
    const { person, code } = await Person.beginning(world, email);
    expect(outcome(await person.client.get('/members'))).toBe(required);
    expect(outcome(await person.client.post('/auth/totp/confirm', { code }))).toBe('200');
    expect(outcome(await person.client.get('/members'))).toBe('200');
    for (const session of [client, elsewhere])
      expect(outcome(await session.get('/members'))).toBe(required);
    expect(outcome(await elsewhere.post('/auth/logout'))).toBe('204');
    expect(outcome(await (await person.session()).get('/members'))).toBe('200');
  });

  it('takes a session for one without it once the factor is disabled, until there is another', async () => {
    const { owner } = await strictPlace();
    const disable = { code: owner.recoveryCodes[0] };
    expect(outcome(await owner.client.post('/auth/totp/disable', disable))).toBe('204');
    expect(outcome(await owner.client.get('/members'))).toBe(required);
    expect(outcome(await (await world.session(owner.email)).get('/members'))).toBe(required);
    const again = await Person.enrolled(world, owner.email);
    expect(outcome(await again.client.get('/members'))).toBe('200');
  });

  it('holds through refresh and switch, for sessions with it and for those without', async () => {
    const { id, owner, other } = await strictPlace();
    for (const { email, code, expected } of [
      { email: owner.email, code: await owner.code(1), expected: '200' },
      { email: other.email, code: undefined, expected: required },
    ]) {
      const login = world.client(null).with({ 'x-forwarded-for': someAddress() });
      const { body: first } = await login.post('/auth/login', { email, password, code });
      const { refresh_token } = first;
      const { body: second } = await world.client(null).post('/auth/refresh', { refresh_token });
      const refreshed = world.client(second.access_token);
      expect(outcome(await refreshed.get('/members'))).toBe(expected);
      const own = await world.created('/organizations', { name: 'Own' }, refreshed);
      const away = await refreshed.post('/auth/switch', { organization_id: own.id });
      const there = world.client(away.body.access_token);
      expect(outcome(await there.get('/members'))).toBe('200');
      const back = await there.post('/auth/switch', { organization_id: id });
      expect(outcome(await world.client(back.body.access_token).get('/members'))).toBe(expected);
    }
  });

  it('lets introspection tell that a session without it is good for nothing', async () => {
    const { path, owner, other } = await strictPlace();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const active = async () => {
      const client = world.platform.with(form);
      const { body } = await client.call('POST', '//oauth/introspect', `token=${other.token}`);
      return body.active;
    };
    expect(await active()).toBe(false);
    await owner.client.patch(path, off);
    expect(await active()).toBe(true);
  });
});

describe('KEY_PEPPER', () => {
  it('keeps second factors while the old pepper is listed, and those that were used afterwards', async () => {
    const used = await Person.enrolled(world, (await world.human()).email);
    const unused = await Person.enrolled(world, (await world.human()).email);
    const { databaseUrl, keyPeppers } = world.server.config;
    const settings = { databaseUrl, trustedProxies: ['127.0.0.1'] };
    const current = 'the pepper that replaces the one before';
    const rotating = await startServer({ ...settings, keyPeppers: [current, ...keyPeppers] });
    const rotated = await startServer({ ...settings, keyPeppers: [current] });
    const login = async (server: { url: string }, { email }: Person, code: Json) => {
      const client = new Client(server, null).with({ 'x-forwarded-for': someAddress() });
      return outcome(await client.post('/auth/login', { email, password, code }));
    };
    try {
      expect(await login(rotating, used, used.recoveryCodes[0])).toBe('200');
      expect(await login(rotating, used, await used.code(1))).toBe('200');
      await clock.advance(90);
      expect(await login(rotated, used, await used.code())).toBe('200');
      expect(await login(rotated, used, used.recoveryCodes[1])).toBe('401 invalid_credentials');
      expect(await login(rotated, unused, await unused.code())).toBe('401 invalid_credentials');
      expect(await login(world.server, unused, await unused.code())).toBe('200');
    } finally {
      await rotating.close();
      await rotated.close();
    }
  });
});
