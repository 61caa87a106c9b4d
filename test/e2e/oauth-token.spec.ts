import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Json } from '../harness/client.js';
import {
  basic,
  oauthClient,
  oauthOutcome,
  postForm,
  type OAuthClient,
} from '../harness/oauth-client.js';
import { refusalOf } from '../harness/oauth-refusal.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  client = await oauthClient(world, 'admin');
});
afterAll(() => world.close());

const grant = { grant_type: 'client_credentials' };

const ask = (parameters: Record<string, string> | string, headers: Record<string, string> = {}) =>
  postForm(world.server, 'token', parameters, headers);

describe('POST /oauth/token', () => {
  it('200 with a bearer token of an hour, its scope, and headers that keep it out of caches', async () => {
    const { status, body, headers } = await client.tokenAnswer();
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600, scope: 'write' },
    ]);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
  });

  it('gives a JWT of RFC 9068: type, algorithm, key and every claim that it requires', async () => {
    const token = await client.token('audit:read');
    const { body: keys } = await world.client(null).get('//.well-known/jwks.json');
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'EdDSA',
      typ: 'at+jwt',
      kid: keys.keys[0].kid,
    });
    const { iat, exp, ...claims } = decodeJwt(token);
    expect(Number(exp) - Number(iat)).toBe(3600);
    expect(claims).toEqual({
      iss: world.server.url,
      aud: world.server.url,
      sub: client.id,
      client_id: client.id,
      jti: expect.any(String),
      scope: 'audit:read',
    });
  });

  it('gives a token that acts for the service account', async () => {
    const { body } = await (await client.caller()).get('/users/me');
    expect(body).toMatchObject({
      id: client.memberId,
      type: 'service_account',
      organization: { id: world.organizationId },
      credential: { type: 'oauth', id: client.id, scope: 'organization' },
      permissions: { audit: 'read_write' },
    });
  });

  it('records oauth_client.used, oauth_token.issued and oauth_token.used', async () => {
    const own = await oauthClient(world, 'admin');
    const token = await own.token('audit:read');
    await world.client(token).get('/users/me');
    const { body } = await world.owner.get(`/audit-events?actor_id=${own.memberId}`);
    const actor = { type: 'service_account', id: own.memberId };
    const credential = { type: 'oauth', id: own.id };
    expect(body.data).toMatchObject([
      { action: 'oauth_token.used', outcome: 'allowed', actor, credential },
      {
        action: 'oauth_token.issued',
        outcome: 'allowed',
        actor,
        credential,
        target: { type: 'oauth_token', id: decodeJwt(token).jti },
        changes: { scope: [null, 'audit:read'] },
      },
      { action: 'oauth_client.used', outcome: 'allowed', actor, credential },
    ]);
    expect(JSON.stringify(body)).not.toContain(token);
  });
});

describe('the form', () => {
  const send = (text: string) => ask(text, { authorization: basic(client.id, client.secret) });

  it.each([
    ['', '400 invalid_request'],
    ['grant_type=', '400 invalid_request'],
    ['grant_type=password&username=a&password=b', '400 unsupported_grant_type'],
    ['grant_type=authorization_code', '400 unsupported_grant_type'],
    ['grant_type=client_credentials&grant_type=client_credentials', '400 invalid_request'],
    ['grant_type=client_credentials&scope=read&scope=write', '400 invalid_request'],
    ['grant_type=client_credentials&scope=%ff', '400 invalid_request'],
    ['grant_type=client_credentials&scope=a%00', '400 invalid_request'],
    ['grant_type=%zz', '400 invalid_request'],
  ])('"%s" is %s', async (text, wanted) => {
    expect(refusalOf(await send(text))).toBe(wanted);
  });

  it.each([
    'grant_type=client_credentials&unknown=1&unknown=2&project_id=nonsense&__proto__=x&access=1',
    'grant_type=client_credentials&scope=',
    'grant%5Ftype=client%5Fcredentials&&',
  ])('"%s" is 200: what is unknown is ignored, what has no value is not given', async (text) => {
    expect(oauthOutcome(await send(text))).toBe('200');
  });

  it('400 or 415 invalid_request for JSON, for another type and for too much', async () => {
    const headers = { authorization: basic(client.id, client.secret) };
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x'])
      expect(refusalOf(await ask('{}', { ...headers, 'content-type': type }))).toBe(
        '415 invalid_request',
      );
    expect(refusalOf(await ask(`grant_type=${'x'.repeat(70_000)}`, headers))).toBe(
      '413 invalid_request',
    );
  });

  it('415 unsupported_media_type for a form everywhere else', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await world.owner.with(form).call('POST', '/projects', 'name=x');
    expect([answer.status, answer.body.error.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('404 for any other method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await world.client(null).call(method, '//oauth/token')).status).toBe(404);
  });
});

describe('400 unauthorized_client', () => {
  it('while the service account is deactivated, the organization suspended, or the address on no list', async () => {
    const own = await oauthClient(world, 'admin');
    await world.owner.patch(`/members/${own.memberId}`, { status: 'deactivated' });
    expect(refusalOf(await own.tokenAnswer())).toBe('400 unauthorized_client');
    const other = await world.otherOrganization();
    const bot = await world.created('/service-accounts', { name: 'Bot' }, other.owner);
    const made: Json = await world.created(`/service-accounts/${bot.id}/clients`, {}, other.owner);
    const authorization = basic(made.client_id, made.client_secret);
    const path = `/organizations/${other.id}`;
    await world.platform.patch(path, { status: 'suspended' });
    expect(refusalOf(await ask(grant, { authorization }))).toBe('400 unauthorized_client');
    await world.platform.patch(path, { status: 'active', policy: { allowed_ips: ['192.0.2.1'] } });
    expect(refusalOf(await ask(grant, { authorization }))).toBe('400 unauthorized_client');
    const listed = { authorization, 'x-forwarded-for': '192.0.2.1' };
    expect(oauthOutcome(await ask(grant, listed))).toBe('200');
  });
});

describe('the organization’s limit', () => {
  it('counts tokens, their use and their issuing together with keys: 429 past it', async () => {
    const limited = await World.start({ rateLimitPerMinute: 10 });
    const own = await oauthClient(limited);
    const token = await own.token();
    const caller = new Client(limited.server, token);
    const answers = [];
    for (let call = 0; call < 10; call += 1) answers.push((await caller.get('/users/me')).status);
    const admitted = answers.filter((status) => status === 200).length;
    // One call was made before by the world, one made the account, one the client, one the token.
    expect(admitted).toBe(10 - 4);
    const refused = await own.tokenAnswer();
    expect(refusalOf(refused)).toBe('429 temporarily_unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"organization";q=10;w=60');
    await limited.close();
  });
});
