import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client, Json } from '../harness/client.js';
import { HostileProvider, type Forgery } from '../harness/hostile-provider.js';
import { outcome } from '../harness/outcome.js';
import { connect, connectionTo, domain, type Connected } from '../harness/single-sign-on.js';
import { password, World } from '../harness/world.js';

let world: World;
let provider: HostileProvider;
/** An organization whose owner wrote its provider. */
let evil: Connected;

beforeAll(async () => {
  provider = await HostileProvider.start();
  world = await World.start({
    trustedProxies: ['127.0.0.1'],
    privateIssuers: [provider.issuer],
  });
  const { owner } = await world.otherOrganization();
  evil = await connect(world, provider, { domains: [domain, 'example.com'] }, owner);
});
afterAll(async () => {
  await world.close();
  await provider.close();
});

const someEmail = () => `${randomUUID()}@${domain}`;
const enter = (claims: Record<string, unknown> = {}, forgery: Forgery = {}): Promise<Answer> =>
  provider.enter(world, evil.slug, {
    claims: { sub: randomUUID(), email: someEmail(), ...claims },
    ...forgery,
  });
const clientOf = ({ body }: Answer): Client => world.client(body.access_token);

const forbidden = '403 insufficient_permissions';
const unbelievable = '401 invalid_credentials';

describe('an answer of the provider that cannot be believed', () => {
  it('200 when it can, so that the rest fails for its own reason', async () => {
    expect(outcome(await enter())).toBe('200');
  });

  it.each<[string, Record<string, unknown>]>([
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'another' }],
    ['several audiences and another authorized party', { aud: ['latchkey', 'x'], azp: 'x' }],
    ['another issuer', { iss: 'https://accounts.example.com' }],
    ['no subject', { sub: undefined }],
    ['an expiry that is past', { exp: 1_700_000_000 }],
    ['a subject of 256 characters', { sub: 'x'.repeat(256) }],
    ['a subject of 10,000 characters', { sub: randomBytes(5_000).toString('hex') }],
  ])('401 invalid_credentials for an ID token with %s', async (_, claims) => {
    expect(outcome(await enter(claims))).toBe(unbelievable);
  });

  it('401 invalid_credentials for an ID token that the provider’s key did not sign', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const secret = Buffer.from(provider.clientSecret);
    const forgeries: ((claims: JWTPayload) => Promise<string>)[] = [
      (claims) => provider.signed(claims, privateKey),
      (claims) => Promise.resolve(new UnsecuredJWT(claims).encode()),
      (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret),
      async (claims) => `${(await provider.signed(claims)).slice(0, -4)}AAAA`,
      () => Promise.resolve('nonsense'),
    ];
    for (const sign of forgeries) expect(outcome(await enter({}, { sign }))).toBe(unbelievable);
  });

  it('401 invalid_credentials when it names another issuer than the one that was asked (RFC 9207)', async () => {
    const answer = { iss: 'https://accounts.example.com' };
    expect(outcome(await enter({}, { answer }))).toBe(unbelievable);
    expect(outcome(await enter({}, { answer: { iss: provider.issuer } }))).toBe('200');
  });

  it('401 invalid_credentials when the provider refuses, and the organization reads of it', async () => {
    const answer = { error: 'access_denied', error_description: 'no <script>' };
    const refused = await enter({}, { answer });
    expect(outcome(refused)).toBe(unbelievable);
    expect(refused.text).not.toContain('script');
    const { body } = await evil.owner.get('/audit-events?action=single_sign_on.refused');
    expect(body.data[0]).toMatchObject({
      actor: { type: 'unknown' },
      outcome: 'denied',
      code: 'invalid_credentials',
      target: { type: 'single_sign_on' },
      changes: { reason: [null, 'The identity provider did not let you sign in.'] },
    });
  });

  it('503 unavailable when its endpoints are where this server must not go', async () => {
    const elsewhere = 'https://127.0.0.1:1/x';
    const names = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'issuer'];
    const answers: string[] = [];
    for (const name of names) {
      provider.description = { [name]: name === 'issuer' ? 'https://other.example' : elsewhere };
      // A change of the connection, so that the description is read anew.
      await evil.owner.put(evil.path, {
        ...connectionTo(provider),
        domains: [domain, 'example.com'],
      });
      answers.push(outcome(await enter()));
    }
    provider.description = {};
    await evil.owner.put(evil.path, {
      ...connectionTo(provider),
      domains: [domain, 'example.com'],
    });
    expect(answers.slice(0, 3)).toEqual(['503 unavailable', '503 unavailable', '503 unavailable']);
    expect(answers[3]).toBe(unbelievable);
    expect(outcome(await enter())).toBe('200');
  });
});

describe('whom the provider may vouch for', () => {
  it('403 for an address that is not verified, or only nearly', async () => {
    for (const email_verified of [false, undefined, 'true', 1, null])
      expect(outcome(await enter({ email_verified }))).toBe(forbidden);
  });

  it('403 for an address outside the confirmed domains, however alike it looks', async () => {
    const addresses = [
      'ada@elsewhere.example',
      'ada@sub.acme.example',
      'ada@acme.example.evil.example',
      'ada@evilacme.example',
      'ada@acme.examp1e',
      'ada@аcme.example',
      'ada@acme.example.',
      'ada@acme.example/evil.example',
      'ada@acme.example?evil.example',
      'ada@acme.example#evil.example',
      'ada@acme.example\\evil.example',
      'ada@acme%2eexample',
      'ada@acme。example.evil.example',
      'ada@evil.example@acme.example',
      'ada@acme.example>, <x@evil.example',
      'ada@acme.example\u0000',
      ' ada@acme.example',
      'acme.example',
      '',
      42,
      ['ada@acme.example'],
    ];
    for (const email of addresses)
      expect([email, outcome(await enter({ email }))]).toEqual([email, forbidden]);
  });

  it('403 for whoever has an account and is no member: a provider speaks for its organization only', async () => {
    const victim = await world.human('owner');
    const answer = await enter({ email: victim.email });
    expect(outcome(answer)).toBe(forbidden);
    expect(answer.body.error.message).toContain('invited');
    const again = await enter({ email: victim.email.toUpperCase() });
    expect(outcome(again)).toBe(forbidden);
  });

  it('403 for an address that the provider has given to somebody else since', async () => {
    const email = someEmail();
    expect(outcome(await enter({ email }))).toBe('200');
    expect(outcome(await enter({ email, sub: 'the next one' }))).toBe(forbidden);
  });

  it('403 for a member who was removed, until they are invited and known again', async () => {
    const claims = { email: someEmail(), sub: randomUUID() };
    const { body: me } = await clientOf(await enter(claims)).get('/users/me');
    expect((await evil.owner.delete(`/members/${me.id}`)).status).toBe(204);
    expect(outcome(await enter(claims))).toBe(forbidden);
    await world.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id)
       SELECT $1, organization_id, 'human', user_id, name, role_id FROM member WHERE id = $2`,
      [randomUUID(), me.id],
    );
    expect(outcome(await enter(claims))).toBe('200');
    expect(outcome(await enter(claims))).toBe('200');
  });

  it('403 account_deactivated for a member who is, and no session is left of it', async () => {
    const claims = { email: someEmail(), sub: randomUUID() };
    const { body: me } = await clientOf(await enter(claims)).get('/users/me');
    await evil.owner.patch(`/members/${me.id}`, { status: 'deactivated' });
    expect(outcome(await enter(claims))).toBe('403 account_deactivated');
    const sessions = await world.server.sql('SELECT 1 FROM session WHERE member_id = $1', [me.id]);
    expect(sessions).toHaveLength(1);
    await evil.owner.patch(`/members/${me.id}`, { status: 'active' });
    expect(outcome(await enter(claims))).toBe('200');
  });

  it('403 organization_suspended while it is', async () => {
    await world.platform.patch(`/organizations/${evil.id}`, { status: 'suspended' });
    expect(outcome(await enter())).toBe('403 organization_suspended');
    await world.platform.patch(`/organizations/${evil.id}`, { status: 'active' });
    expect(outcome(await enter())).toBe('200');
  });
});

describe('a session of single sign-on, of somebody who is in other organizations, too', () => {
  let victim: { id: string; email: string };
  let own: Client;
  let forged: Client;

  beforeAll(async () => {
    victim = await world.human('owner');
    await world.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id)
       SELECT $1, $2, 'human', user_id, name, '00000000-0000-7000-8000-000000000130' FROM member WHERE id = $3`,
      [randomUUID(), evil.id, victim.id],
    );
    own = await world.session(victim.email);
    forged = clientOf(await enter({ email: victim.email }));
  });

  it('200 in the organization whose provider vouched', async () => {
    const { body } = await forged.get('/users/me');
    expect(body).toMatchObject({ email: victim.email, organization: { id: evil.id } });
  });

  it('403 where it would reach another organization, or the person themselves', async () => {
    const organization_id = world.organizationId;
    const answers = [
      await forged.post('/auth/switch', { organization_id }),
      await forged.post('/auth/password', {
        current_password: password,
        new_password: 'nine llamas waltz at dusk',
      }),
      await forged.post('/organizations', { name: 'Mine' }),
      await forged.get('/auth/totp'),
      await forged.post('/auth/totp', { current_password: password }),
      await forged.post('/auth/totp/confirm', { code: '123456' }),
      await forged.post('/auth/totp/disable', { code: '123456' }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => forbidden));
    expect((await own.get('/users/me')).status).toBe(200);
  });

  it('403 as the proof of who accepts an invitation elsewhere', async () => {
    const { owner } = await world.otherOrganization();
    const invited = { email: victim.email, role: 'admin' };
    const { token } = await world.created('/invitations', invited, owner);
    expect(outcome(await forged.post('/invitations/accept', { token }))).toBe(forbidden);
    expect(outcome(await own.post('/invitations/accept', { token }))).toBe('201');
  });

  it('sees and ends sessions of this organization only', async () => {
    const { body: theirs } = await own.get('/users/me');
    const { body } = await forged.get('/auth/sessions');
    expect(body.data.map(({ organization }: Json) => organization.id)).toEqual([evil.id]);
    expect(outcome(await forged.delete(`/auth/sessions/${theirs.credential.id}`))).toBe(
      '404 not_found',
    );
    const { body: all } = await own.get('/auth/sessions');
    expect(all.data.length).toBeGreaterThan(1);
  });

  it('lists this organization only', async () => {
    const ids = async (client: Client) =>
      (await client.get('/organizations')).body.data.map(({ id }: Json) => id);
    expect(await ids(forged)).toEqual([evil.id]);
    expect(await ids(own)).toEqual(expect.arrayContaining([evil.id, world.organizationId]));
  });

  it('stays what it is when it is refreshed', async () => {
    const { refresh_token } = (await enter()).body;
    const refreshed = await world.client(null).post('/auth/refresh', { refresh_token });
    expect(outcome(refreshed)).toBe('200');
    const again = clientOf(refreshed);
    expect(outcome(await again.post('/organizations', { name: 'Mine' }))).toBe(forbidden);
  });

  it('passes where a second factor is required: whether there is one is the provider’s matter', async () => {
    const require = (require_second_factor: boolean) =>
      world.platform.patch(`/organizations/${evil.id}`, { policy: { require_second_factor } });
    expect(outcome(await require(true))).toBe('200');
    expect(outcome(await forged.get('/projects'))).toBe('200');
    const body = { organization_id: evil.id };
    const switched = await own.post('/auth/switch', body);
    expect(outcome(await clientOf(switched).get('/projects'))).toBe('403 second_factor_required');
    expect(outcome(await require(false))).toBe('200');
  });
});
