import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { Client, type Answer, type Json } from '../harness/client.js';
import {
  basic,
  oauthClient,
  oauthOutcome,
  postForm,
  type OAuthClient,
} from '../harness/oauth-client.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
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

/** Refused as RFC 6749, section 5.2, has it. */
function expectRefusal(answer: Answer, wanted: string): void {
  expect(oauthOutcome(answer)).toBe(wanted);
  expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
  expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('www-authenticate')).toBe(
    answer.status === 401 ? 'Basic realm="latchkey", charset="UTF-8"' : null,
  );
}

describe('POST /oauth/token', () => {
  it('200 with a bearer token of an hour, its scope, and headers that keep it out of caches', async () => {
    const { status, body, headers } = await client.tokenAnswer();
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600, scope: 'write' },
    ]);
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

describe('client authentication', () => {
  it('200 by HTTP Basic and by the form', async () => {
    expect(oauthOutcome(await ask(grant, { authorization: basic(client.id, client.secret) }))).toBe(
      '200',
    );
    const { id: client_id, secret: client_secret } = client;
    expect(oauthOutcome(await ask({ ...grant, client_id, client_secret }))).toBe('200');
  });

  it('200 by HTTP Basic with every character percent-encoded', async () => {
    const encoded = (text: string) =>
      [...text].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    const authorization = basic(encoded(client.id), encoded(client.secret));
    expect(oauthOutcome(await ask(grant, { authorization }))).toBe('200');
  });

  it('200 with the scheme in any case, and with the same client_id in the form', async () => {
    const authorization = basic(client.id, client.secret).replace('Basic', 'bASIC');
    expect(oauthOutcome(await ask({ ...grant, client_id: client.id }, { authorization }))).toBe(
      '200',
    );
  });

  it('400 invalid_request with both HTTP Basic and the form', async () => {
    const authorization = basic(client.id, client.secret);
    for (const second of ['client_secret', 'client_assertion'])
      expectRefusal(
        await ask({ ...grant, [second]: client.secret }, { authorization }),
        '400 invalid_request',
      );
    const other = { ...grant, client_id: crypto.randomUUID() };
    expectRefusal(await ask(other, { authorization }), '400 invalid_request');
  });

  it('400 invalid_request with two Authorization headers', async () => {
    const header = `Authorization: ${basic(client.id, client.secret)}`;
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const body = 'grant_type=client_credentials';
    const length = `Content-Length: ${body.length}`;
    const raw = rawRequest('POST /oauth/token', [header, header, type, length]);
    expect(JSON.stringify(await sendRaw(world.server, raw + body))).toContain('invalid_request');
  });

  it.each<[string, () => Record<string, string>, () => Record<string, string>]>([
    ['none', () => ({}), () => ({})],
    ['no secret', () => ({ client_id: client.id }), () => ({})],
    ['a wrong secret', () => ({}), () => ({ authorization: basic(client.id, mintToken('cs')) })],
    ['a secret that is none', () => ({}), () => ({ authorization: basic(client.id, 'secret') })],
    [
      'an unknown client',
      () => ({}),
      () => ({ authorization: basic(crypto.randomUUID(), client.secret) }),
    ],
    [
      'a client that is no id',
      () => ({}),
      () => ({ authorization: basic("x' OR 1=1", client.secret) }),
    ],
    [
      'an API key as the secret',
      () => ({}),
      () => ({ authorization: basic(client.id, world.server.first.apiKey) }),
    ],
    ['HTTP Basic without a colon', () => ({}), () => ({ authorization: 'Basic eA==' })],
    [
      'HTTP Basic that is half encoded',
      () => ({}),
      () => ({ authorization: basic(client.id, '%c') }),
    ],
    ['another scheme', () => ({}), () => ({ authorization: 'Digest x' })],
    [
      'a bearer token',
      () => ({}),
      () => ({ authorization: `Bearer ${world.server.first.apiKey}` }),
    ],
    ['an assertion', () => ({ client_assertion: 'a.b.c' }), () => ({})],
  ])('401 invalid_client with %s', async (_, parameters, headers) => {
    expectRefusal(await ask({ ...grant, ...parameters() }, headers()), '401 invalid_client');
  });

  it('401 invalid_client with id and secret in the URI, where they must not be', async () => {
    const { id: client_id, secret: client_secret } = client;
    const query = new URLSearchParams({ client_id, client_secret }).toString();
    expectRefusal(await ask(grant, {}), '401 invalid_client');
    expectRefusal(await postForm(world.server, `token?${query}`, grant), '401 invalid_client');
  });

  it('the secret of one client does not authenticate another', async () => {
    const other = await oauthClient(world);
    expectRefusal(await client.at(world.server, other.secret).tokenAnswer(), '401 invalid_client');
  });

  it('a client secret is no bearer token', async () => {
    expect((await world.client(client.secret).get('/users/me')).status).toBe(401);
  });

  it('429 past 20 wrong secrets of one address in 60 seconds, and never for the right one', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    const guess = () =>
      ask(grant, { ...headers, authorization: basic(client.id, mintToken('cs')) });
    const answers = await Promise.all(Array.from({ length: 30 }, guess));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(10);
    for (const answer of limited) {
      expectRefusal(answer, '429 temporarily_unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const right = await ask(grant, { ...headers, authorization: basic(client.id, client.secret) });
    expect(oauthOutcome(right)).toBe('200');
  });

  it('tells a wrong secret in the operator’s log, and one whose client is deleted in the organization’s', async () => {
    const gone = await oauthClient(world);
    await world.owner.delete(gone.path);
    expectRefusal(await gone.tokenAnswer(), '401 invalid_client');
    const { body } = await world.owner.get(`/audit-events?actor_id=${gone.memberId}`);
    expect(body.data[0]).toMatchObject({
      action: 'oauth_client.used',
      outcome: 'denied',
      code: 'invalid_token',
    });
    await client.at(world.server, mintToken('cs')).tokenAnswer();
    const log = await world.platform.get('/audit-events?action=unknown_token.used&limit=1');
    expect(log.body.data[0].request).toMatchObject({ route: '/oauth/token' });
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
    expectRefusal(await send(text), wanted);
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
      expectRefusal(await ask('{}', { ...headers, 'content-type': type }), '415 invalid_request');
    expectRefusal(await ask(`grant_type=${'x'.repeat(70_000)}`, headers), '413 invalid_request');
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

describe('the scope', () => {
  it('is narrowed as asked, and binds: what is left out is refused', async () => {
    const caller = await client.caller('audit:read');
    expect((await caller.get('/audit-events')).status).toBe(200);
    const refused = await caller.get('/members');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="members:read"');
  });

  it('read reads everything that the service account has, and writes nothing', async () => {
    const caller = await client.caller('read');
    for (const path of ['/members', '/audit-events', '/api-keys', '/projects', '/organizations'])
      expect((await caller.get(path)).status).toBe(200);
    const project = await world.project();
    const selecting = caller.with({ 'x-project-id': project.id });
    expect((await selecting.get('/authorize?product=uptime&access=read')).status).toBe(200);
    expect((await selecting.get('/authorize?product=uptime&access=read_write')).status).toBe(403);
    expect((await caller.post('/projects', { name: 'No' })).status).toBe(403);
  });

  it('read with uptime:write writes there alone', async () => {
    const { body } = await client.tokenAnswer('uptime:write read');
    expect(body.scope).toBe('read uptime:write');
    const project = await world.project();
    const caller = world.client(body.access_token).with({ 'x-project-id': project.id });
    expect((await caller.get('/authorize?product=uptime&access=read_write')).status).toBe(200);
    expect((await caller.get('/authorize?product=incidents&access=read_write')).status).toBe(403);
  });

  it.each([
    'nothing:read',
    'uptime:admin',
    'read  write',
    'READ',
    'platform:write',
    '*:read',
    'a"b',
  ])('400 invalid_scope for "%s"', async (scope) => {
    expectRefusal(await client.tokenAnswer(scope), '400 invalid_scope');
  });

  it('400 invalid_scope above what the client has', async () => {
    const narrow = await oauthClient(world, 'admin', {}, { scope: 'audit:read' });
    for (const scope of ['audit:write', 'members:read', 'read', 'write', 'audit:read members:read'])
      expectRefusal(await narrow.tokenAnswer(scope), '400 invalid_scope');
    expect((await narrow.tokenAnswer()).body.scope).toBe('audit:read');
  });

  it('400 invalid_scope above what the service account has, in the organization and in all its projects', async () => {
    const project = await world.project();
    const viewer = await oauthClient(world, 'member', { [project.id]: 'viewer' });
    expect((await viewer.tokenAnswer('uptime:read')).body.scope).toBe('uptime:read');
    for (const scope of ['uptime:write', 'audit:read', 'uptime:read members:write'])
      expectRefusal(await viewer.tokenAnswer(scope), '400 invalid_scope');
  });

  it('write is never more than the service account has', async () => {
    const project = await world.project();
    const viewer = await oauthClient(world, 'member', { [project.id]: 'viewer' });
    const caller = (await viewer.caller('write')).with({ 'x-project-id': project.id });
    expect((await caller.get('/authorize?product=uptime&access=read')).status).toBe(200);
    expect((await caller.get('/authorize?product=uptime&access=read_write')).status).toBe(403);
  });

  it('left out, is the client’s as far as the service account still has it', async () => {
    const project = await world.project();
    const editor = await oauthClient(
      world,
      'member',
      { [project.id]: 'editor' },
      { scope: 'uptime:write' },
    );
    const path = `/projects/${project.id}/members/${editor.memberId}`;
    await world.owner.put(path, { role: 'viewer' });
    expect((await editor.tokenAnswer()).body.scope).toBe('uptime:read');
    await world.owner.delete(path);
    expectRefusal(await editor.tokenAnswer(), '400 invalid_scope');
  });

  it('is revived for no product that was deleted and added again', async () => {
    const slug = `product-${Math.random().toString(36).slice(2, 8)}`;
    const add = () => world.created('/products', { slug, name: slug }, world.platform);
    await add();
    const project = await world.project();
    const caller = (await client.caller(`${slug}:read`)).with({ 'x-project-id': project.id });
    const path = `/authorize?product=${slug}&access=read`;
    expect((await caller.get(path)).status).toBe(200);
    await world.platform.delete(`/products/${slug}`);
    await add();
    expect((await caller.get(path)).status).toBe(403);
  });
});

describe('400 unauthorized_client', () => {
  it('while the service account is deactivated, the organization suspended, or the address on no list', async () => {
    const own = await oauthClient(world, 'admin');
    await world.owner.patch(`/members/${own.memberId}`, { status: 'deactivated' });
    expectRefusal(await own.tokenAnswer(), '400 unauthorized_client');
    const other = await world.otherOrganization();
    const bot = await world.created('/service-accounts', { name: 'Bot' }, other.owner);
    const made: Json = await world.created(`/service-accounts/${bot.id}/clients`, {}, other.owner);
    const authorization = basic(made.client_id, made.client_secret);
    const path = `/organizations/${other.id}`;
    await world.platform.patch(path, { status: 'suspended' });
    expectRefusal(await ask(grant, { authorization }), '400 unauthorized_client');
    await world.platform.patch(path, { status: 'active', policy: { allowed_ips: ['192.0.2.1'] } });
    expectRefusal(await ask(grant, { authorization }), '400 unauthorized_client');
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
    expectRefusal(refused, '429 temporarily_unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"organization";q=10;w=60');
    await limited.close();
  });
});
