import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../harness/browser.js';
import type { Json } from '../harness/client.js';
import { OpenIdProvider } from '../harness/openid-provider.js';
import { outcome } from '../harness/outcome.js';
import {
  answerOf,
  connect,
  connectionTo,
  domain,
  entryOf,
  signIn,
  type Connected,
} from '../harness/single-sign-on.js';
import { World } from '../harness/world.js';

let world: World;
let provider: OpenIdProvider;
/** One that goes down. */
let doomed: OpenIdProvider;

beforeAll(async () => {
  [provider, doomed] = [await OpenIdProvider.start(), await OpenIdProvider.start()];
  world = await World.start({
    trustedProxies: ['127.0.0.1'],
    privateIssuers: [provider.issuer, doomed.issuer, 'http://127.0.0.1:1'],
  });
  for (const each of [provider, doomed])
    await each.serve([`${world.server.url}/v1/auth/sso/callback`], { inIdToken: true });
});
afterAll(async () => {
  await world.close();
  await provider.close();
});

const callback = ({ pathname }: URL) => pathname.endsWith('/callback');
const forbidden = '403 insufficient_permissions';
const somebody = () => provider.person(`${randomUUID()}@${domain}`);

/** An organization of its own with the provider. */
async function connected(more: object = {}): Promise<Connected> {
  const { owner } = await world.otherOrganization();
  return connect(world, provider, more, owner);
}

const enter = async ({ slug }: Connected, login = somebody()) =>
  signIn(world, provider, slug, login);

const events = async ({ owner }: Connected, action: string): Promise<Json[]> =>
  (await owner.get(`/audit-events?action=single_sign_on.${action}`)).body.data;

describe('PUT /v1/organizations/{id}/single-sign-on', () => {
  it('200 with all but the secret, which stands in no answer, no event and no column', async () => {
    const { owner } = await world.otherOrganization();
    const { body: me } = await owner.get('/users/me');
    const { id, slug } = me.organization;
    const path = `/organizations/${id}/single-sign-on`;
    const answer = await owner.put(path, connectionTo(provider));
    expect(answer.status).toBe(200);
    const { url } = world.server;
    expect(answer.body).toEqual({
      id: expect.any(String),
      issuer: provider.issuer,
      client_id: 'latchkey',
      domains: [domain],
      confirmed_domains: [],
      default_role: 'member',
      default_projects: [],
      callback_url: `${url}/v1/auth/sso/callback`,
      sign_in_url: `${url}/v1/auth/sso?organization=${slug}`,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await owner.get(path)).body).toEqual(answer.body);
    const kept = await world.server.sql<{ line: string }>(
      `SELECT concat_ws(' ', c::text, (SELECT string_agg(e::text, ' ') FROM audit_event e)) AS line
       FROM identity_connection c WHERE organization_id = $1`,
      [id],
    );
    const hex = Buffer.from(provider.clientSecret).toString('hex');
    for (const secret of [provider.clientSecret, hex]) expect(kept[0]?.line).not.toContain(secret);
    const [created] = await events({ id, slug, path, owner }, 'created');
    expect(created.changes).toMatchObject({
      issuer: [null, provider.issuer],
      domains: [null, [domain]],
      default_role: [null, 'member'],
      client_secret: [null, 'set'],
    });
  });

  it('403 for an admin, whose provider could be any owner', async () => {
    const { path } = await connect(world, provider);
    const admin = await world.session((await world.human('admin')).email);
    expect(outcome(await admin.put(path, connectionTo(provider)))).toBe(forbidden);
    expect(outcome(await admin.delete(path))).toBe(forbidden);
    expect((await admin.get(path)).status).toBe(200);
  });

  it('403 for a member’s session of single sign-on, 200 once the member is an owner', async () => {
    const connection = await connected();
    const login = somebody();
    const { body } = await enter(connection, login);
    const client = world.client(body.access_token);
    const { body: me } = await client.get('/users/me');
    expect(outcome(await client.put(connection.path, connectionTo(provider)))).toBe(forbidden);
    await connection.owner.patch(`/members/${me.id}`, { role: 'owner' });
    expect(outcome(await client.put(connection.path, connectionTo(provider)))).toBe('200');
  });

  it('400 for the role owner, 403 for one that the key does not hold, 400 for one that is none', async () => {
    const { owner, path } = await connected();
    const set = async (default_role: string, by = owner) =>
      outcome(await by.put(path, { ...connectionTo(provider), default_role }));
    expect(await set('owner')).toBe('400 invalid_request');
    expect(await set('no such role')).toBe('400 invalid_request');
    const narrow = { name: 'Key', product_scopes: { organization: 'read_write' } };
    const { secret } = await world.created('/api-keys', narrow, owner);
    expect(await set('admin', world.client(secret))).toBe(forbidden);
    expect(await set('admin')).toBe('200');
  });

  it('404 for another organization’s, for its projects, and without one', async () => {
    const [mine, theirs] = [await connected(), await connected()];
    const body = connectionTo(provider);
    expect(outcome(await mine.owner.put(theirs.path, body))).toBe('404 not_found');
    expect(outcome(await mine.owner.get(theirs.path))).toBe('404 not_found');
    expect(outcome(await mine.owner.delete(theirs.path))).toBe('404 not_found');
    const project = await world.created('/projects', { name: 'P' }, theirs.owner);
    const default_projects = [{ project_id: project.id, role: 'viewer' }];
    expect(outcome(await mine.owner.put(mine.path, { ...body, default_projects }))).toBe(
      '404 project_not_found',
    );
    expect(outcome(await mine.owner.delete(mine.path))).toBe('204');
    expect(outcome(await mine.owner.get(mine.path))).toBe('404 not_found');
  });

  it('400 for an issuer that must not be called, and for what is no issuer or domain', async () => {
    const { owner, path } = await connected();
    const wrong: object[] = [
      ...[
        'http://login.example.com',
        'https://127.0.0.1',
        'https://[::1]/',
        'https://169.254.169.254/latest',
        'https://login.example.com/.well-known/openid-configuration',
        'https://login.example.com/?x=1',
        'https://me:pw@login.example.com',
        'login.example.com',
      ].map((issuer) => ({ issuer })),
      ...['acme', '*.acme.example', '@acme.example', 'acme.example ', '127.0.0.1', '', 42].map(
        (entry) => ({ domains: [entry] }),
      ),
      { domains: ['acme.example/x'] },
      { domains: [] },
      { client_id: '' },
      { client_secret: '' },
    ];
    for (const change of wrong) {
      const answer = await owner.put(path, { ...connectionTo(provider), ...change });
      expect([change, outcome(answer)]).toEqual([change, '400 invalid_request']);
    }
  });

  it('keeps the secret where it is left out, and asks for it again when it would go elsewhere', async () => {
    const connection = await connected();
    const { client_secret: _, ...rest } = connectionTo(provider);
    const { owner, path } = connection;
    expect(outcome(await owner.put(path, { ...rest, default_role: 'admin' }))).toBe('200');
    expect(outcome(await enter(connection))).toBe('200');
    for (const change of [{ issuer: 'http://127.0.0.1:1' }, { client_id: 'another' }])
      expect(outcome(await owner.put(path, { ...rest, ...change }))).toBe('400 invalid_request');
  });
});

describe('PUT /v1/organizations/{id}/single-sign-on/confirmed-domains', () => {
  it('lets nobody in before the operator has confirmed a domain, nor after it was taken back', async () => {
    const connection = await connected();
    const { owner, path } = connection;
    const confirm = (domains: string[]) =>
      world.platform.put(`${path}/confirmed-domains`, { domains });
    const login = somebody();
    expect(outcome(await enter(connection, login))).toBe('200');
    expect((await confirm([])).body.confirmed_domains).toEqual([]);
    expect(outcome(await enter(connection, login))).toBe(forbidden);
    const domains = [domain, 'BÜCHER.example'];
    await owner.put(path, { ...connectionTo(provider), domains });
    expect(outcome(await enter(connection, login))).toBe(forbidden);
    const { body } = await confirm(domains);
    expect(body.confirmed_domains).toEqual([domain, 'xn--bcher-kva.example']);
    expect(outcome(await enter(connection, login))).toBe('200');
    expect(outcome(await enter(connection, provider.person('ada@bücher.example')))).toBe('200');
    const [confirmed] = await events(connection, 'domains_confirmed');
    expect(confirmed).toMatchObject({ actor: { type: 'platform' } });
  });

  it('403 for an owner, and 400 for a domain that the connection does not name', async () => {
    const { owner, path } = await connected();
    const put = `${path}/confirmed-domains`;
    expect(outcome(await owner.put(put, { domains: [domain] }))).toBe(forbidden);
    expect(outcome(await world.platform.put(put, { domains: ['other.example'] }))).toBe(
      '400 invalid_request',
    );
  });

  it('an owner who names other domains keeps what is confirmed of them', async () => {
    const { owner, path } = await connected({ domains: [domain, 'second.example'] });
    const set = async (domains: string[]) =>
      (await owner.put(path, { ...connectionTo(provider), domains })).body.confirmed_domains;
    expect(await set(['second.example', 'third.example'])).toEqual(['second.example']);
    expect(await set([domain, 'third.example'])).toEqual([]);
  });
});

describe('a connection that changes', () => {
  async function underWay({ slug }: Connected) {
    const browser = new Browser();
    const entry = entryOf(world.server.url, slug);
    const { url } = await provider.signIn(browser, entry, somebody(), callback);
    return async () => outcome(answerOf(await browser.open(url)));
  }

  const another = (change: object) => ({ ...connectionTo(provider), ...change });

  it.each<[string, (connection: Connected) => Promise<unknown>]>([
    ['is removed', ({ owner, path }) => owner.delete(path)],
    ['names another client', ({ owner, path }) => owner.put(path, another({ client_id: 'other' }))],
    [
      'names another issuer',
      ({ owner, path }) => owner.put(path, another({ issuer: 'http://127.0.0.1:1' })),
    ],
  ])('401 for its sessions, and for sign-ins under way, when it %s', async (_, change) => {
    const connection = await connected();
    const { body } = await enter(connection);
    const client = world.client(body.access_token);
    expect((await client.get('/users/me')).status).toBe(200);
    const comeBack = await underWay(connection);
    await change(connection);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    const { refresh_token } = body;
    const refreshed = await world.client(null).post('/auth/refresh', { refresh_token });
    expect(outcome(refreshed)).toBe('401 invalid_token');
    expect(await comeBack()).toBe('401 invalid_token');
    const [removed] = await events(connection, 'removed');
    expect(removed.changes.ended_sessions).toEqual([null, 1]);
  });

  it('leaves sessions by password alone', async () => {
    const connection = await connect(world, provider);
    const session = await world.session((await world.human()).email);
    await connection.owner.delete(connection.path);
    expect((await session.get('/users/me')).status).toBe(200);
  });

  it('403 for a sign-in under way whose domain counts no more', async () => {
    const connection = await connected();
    const comeBack = await underWay(connection);
    await world.platform.put(`${connection.path}/confirmed-domains`, { domains: [] });
    expect(await comeBack()).toBe(forbidden);
  });

  it('403 for somebody new while the role for them is gone, and 200 for members', async () => {
    const { owner } = await world.otherOrganization();
    const role = { name: 'Guest', level: 'organization', permissions: { members: 'read' } };
    const { id } = await world.created('/roles', role, owner);
    const connection = await connect(world, provider, { default_role: id }, owner);
    const known = somebody();
    expect(outcome(await enter(connection, known))).toBe('200');
    await world.server.sql(`UPDATE member SET role_id = $1 WHERE role_id = $2`, [
      '00000000-0000-7000-8000-000000000130',
      id,
    ]);
    expect((await owner.delete(`/roles/${id}`)).status).toBe(204);
    expect(outcome(await enter(connection))).toBe(forbidden);
    expect(outcome(await enter(connection, known))).toBe('200');
  });
});

describe('a provider that does not work', () => {
  it('401 invalid_credentials when it does not take the secret', async () => {
    const connection = await connected({ client_secret: 'a wrong secret' });
    expect(outcome(await enter(connection))).toBe('401 invalid_credentials');
  });

  it('503 unavailable when it is down, when somebody begins and when they come back', async () => {
    const { owner } = await world.otherOrganization();
    const connection = await connect(world, doomed, {}, owner);
    const browser = new Browser();
    const login = doomed.person(`${randomUUID()}@${domain}`);
    const entry = entryOf(world.server.url, connection.slug);
    const { url } = await doomed.signIn(browser, entry, login, callback);
    await doomed.close();
    expect(outcome(answerOf(await browser.open(url)))).toBe('503 unavailable');
    // A change, so that its description is read anew.
    await owner.put(connection.path, connectionTo(doomed));
    expect(outcome(answerOf(await browser.open(entry)))).toBe('503 unavailable');
  });
});
