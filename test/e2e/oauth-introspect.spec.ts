import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import type { Answer, Client, Json } from '../harness/client.js';
import {
  clientOf,
  oauthClient,
  oauthOutcome,
  postForm,
  presentAs,
  type OAuthClient,
} from '../harness/oauth-client.js';
import { password, World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
let other: Awaited<ReturnType<World['otherOrganization']>>;
let theirs: OAuthClient;
beforeAll(async () => {
  world = await World.start();
  client = await oauthClient(world, 'member');
  other = await world.otherOrganization();
  const bot = await world.created('/service-accounts', { name: 'Bot', role: 'admin' }, other.owner);
  theirs = await clientOf(world, bot.id, {}, other.owner);
});
afterAll(() => world.close());

const ask = (caller: Client, token: string) => presentAs(caller, 'introspect', token);

const inactive = '{"active":false}';

/** A refusal with the challenge that it names. */
const bearerRefusal = (answer: Answer) =>
  `${oauthOutcome(answer)}, ${answer.headers.get('www-authenticate')}`;

const invalidToken = '401 invalid_token, Bearer realm="latchkey", error="invalid_token"';

describe('POST /oauth/introspect tells a client', () => {
  it('of an OAuth token', async () => {
    const subject = await oauthClient(world, 'admin');
    const token = await subject.token('audit:read');
    const { iat, exp, jti } = decodeJwt(token);
    const { status, body, headers } = await client.introspect(token);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect([status, body]).toEqual([
      200,
      {
        active: true,
        scope: 'audit:read',
        client_id: subject.id,
        username: 'Bot',
        token_type: 'bearer',
        exp,
        iat,
        sub: subject.id,
        aud: world.server.url,
        iss: world.server.url,
        jti,
        credential_type: 'oauth',
        credential_id: subject.id,
        organization_id: world.organizationId,
        member_id: subject.memberId,
        member_type: 'service_account',
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('of a session', async () => {
    const { id, email } = await world.human('admin');
    const { body: login } = await world.client(null).post('/auth/login', { email, password });
    const { sub, sid, exp, iat } = decodeJwt(login.access_token);
    const { body } = await client.introspect(login.access_token);
    expect(body).toMatchObject({
      active: true,
      scope: 'write',
      username: email,
      sub,
      exp,
      iat,
      credential_type: 'session',
      credential_id: sid,
      member_id: id,
      member_type: 'human',
    });
    expect(body).not.toHaveProperty('client_id');
  });

  it('of an API key, with its project, scope and term', async () => {
    const project = await world.project();
    const { key } = await world.key({
      project_id: project.id,
      product_scopes: { uptime: 'read', incidents: 'read_write', audit: 'none' },
      expires_at: '2099-01-01T00:00:00Z',
      not_before: '2020-01-01T00:00:00Z',
    });
    const { body } = await client.introspect(key.secret);
    expect(body).toEqual({
      active: true,
      scope: 'incidents:write uptime:read',
      username: expect.any(String),
      token_type: 'bearer',
      exp: Date.parse('2099-01-01T00:00:00Z') / 1000,
      nbf: Date.parse('2020-01-01T00:00:00Z') / 1000,
      sub: world.ownerId,
      iss: world.server.url,
      credential_type: 'api_key',
      credential_id: key.id,
      organization_id: world.organizationId,
      project_id: project.id,
      member_id: world.ownerId,
      member_type: 'human',
    });
  });

  it('of the scope as far as the owner has it now', async () => {
    const project = await world.project();
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const input = {
      owner_id: bot.id,
      project_id: project.id,
      product_scopes: { uptime: 'read_write' },
    };
    const { key } = await world.key(input);
    expect((await client.introspect(key.secret)).body.scope).toBe('uptime:write');
    await world.owner.put(`/projects/${project.id}/members/${bot.id}`, { role: 'viewer' });
    expect((await client.introspect(key.secret)).body.scope).toBe('uptime:read');
  });

  it('of a key that may be used from other addresses only', async () => {
    const { key } = await world.key({ allowed_ips: ['192.0.2.1'] });
    expect((await client.introspect(key.secret)).body.active).toBe(true);
  });
});

describe('POST /oauth/introspect answers exactly {"active":false}', () => {
  it('for what is no token, and for tokens that nothing stands behind', async () => {
    const foreign = (await client.token()).replace(/[^.]+$/, (signature) =>
      [...signature].toReversed().join(''),
    );
    for (const token of [
      'x',
      'a.b.c',
      mintToken('sk'),
      mintToken('cs'),
      client.secret,
      foreign,
      'ünï',
    ])
      expect((await client.introspect(token)).text).toBe(inactive);
  });

  it('for another organization’s OAuth token, session and key, whoever asks', async () => {
    const { email } = await world.human('member', other.id);
    const session = await world.client(null).post('/auth/login', { email, password });
    const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
    for (const token of [await theirs.token(), session.body.access_token, key.secret]) {
      expect((await client.introspect(token)).text).toBe(inactive);
      expect((await ask(world.owner, token)).text).toBe(inactive);
      expect((await theirs.introspect(token)).body.active).toBe(true);
      expect((await ask(world.platform, token)).body.active).toBe(true);
    }
  });

  it('for a platform key, unless the operator asks', async () => {
    const { platformKey } = world.server.first;
    expect((await client.introspect(platformKey)).text).toBe(inactive);
    expect((await ask(world.owner, platformKey)).text).toBe(inactive);
    expect((await ask(world.platform, platformKey)).body).toMatchObject({
      active: true,
      scope: 'write',
    });
  });

  it('for a key that is revoked, disabled, expired or not valid yet', async () => {
    const made = await Promise.all([
      world.key(),
      world.key(),
      world.key(),
      world.key({ not_before: '2090-01-01T00:00:00Z' }),
    ]);
    const [revoked, disabled, expired] = made.map(({ key }) => key);
    await world.owner.delete(`/api-keys/${revoked.id}`);
    await world.owner.patch(`/api-keys/${disabled.id}`, { is_active: false });
    await world.rewrite('UPDATE api_key SET expires_at = now() WHERE id = $1', [expired.id]);
    for (const { key } of made) expect((await client.introspect(key.secret)).text).toBe(inactive);
  });

  it('for the token of a deactivated service account', async () => {
    const subject = await oauthClient(world);
    const token = await subject.token();
    await world.owner.patch(`/members/${subject.memberId}`, { status: 'deactivated' });
    expect((await client.introspect(token)).text).toBe(inactive);
  });
});

describe('POST /oauth/introspect with a bearer', () => {
  it('200 for who may see API keys, with whatever credential', async () => {
    const token = await client.token();
    const admin = await world.session((await world.human('admin')).email);
    const caller = await (await oauthClient(world, 'admin')).caller('api_keys:read');
    for (const bearer of [world.owner, admin, caller])
      expect((await ask(bearer, token)).body.active).toBe(true);
  });

  it('tells who may not see keys of its own credentials alone', async () => {
    const { id, email } = await world.human('member');
    const member = await world.session(email);
    const own = await world.created('/api-keys', { name: 'Key', owner_id: id });
    expect((await ask(member, own.secret)).body.active).toBe(true);
    expect((await ask(member, await client.token())).text).toBe(inactive);
  });

  it('tells a project’s key of keys of that project alone', async () => {
    const [one, two] = [await world.project(), await world.project()];
    const { client: caller, key: itself } = await world.key({ project_id: one.id });
    const { key: same } = await world.key({ project_id: one.id });
    const { key: elsewhere } = await world.key({ project_id: two.id });
    for (const key of [itself, same])
      expect((await ask(caller, key.secret)).body.active).toBe(true);
    for (const token of [elsewhere.secret, world.server.first.apiKey, await client.token()])
      expect((await ask(caller, token)).text).toBe(inactive);
  });

  it('403 insufficient_scope for a token whose scope leaves keys out', async () => {
    const caller = await (await oauthClient(world, 'admin')).caller('audit:read');
    expect(bearerRefusal(await ask(caller, 'x'))).toBe(
      '403 insufficient_scope, Bearer realm="latchkey", error="insufficient_scope", scope="api_keys:read"',
    );
  });

  it('403 insufficient_scope for a session that lacks the second factor that is required of it', async () => {
    const { id } = await world.otherOrganization();
    const session = await world.session((await world.human('owner', id)).email);
    await world.platform.patch(`/organizations/${id}`, { policy: { require_second_factor: true } });
    expect(oauthOutcome(await ask(session, 'x'))).toBe('403 insufficient_scope');
  });

  it('401 invalid_token for a bearer that is not in force, or may not be used now or from here', async () => {
    const bot = await world.serviceAccount('admin');
    const { client: deactivated } = await world.key({ owner_id: bot.id });
    await world.owner.patch(`/members/${bot.id}`, { status: 'deactivated' });
    const { client: elsewhere } = await world.key({ allowed_ips: ['192.0.2.1'] });
    const { id, owner: suspended } = await world.otherOrganization();
    await world.platform.patch(`/organizations/${id}`, { status: 'suspended' });
    const unknown = world.client(mintToken('sk'));
    for (const bearer of [unknown, deactivated, elsewhere, suspended])
      expect(bearerRefusal(await ask(bearer, 'x'))).toBe(invalidToken);
  });

  it.each(['Bearer', 'Bearer\tx', 'bEARER x'])(
    '401 invalid_token for the header "%s", which is one of a bearer',
    async (authorization) => {
      const answer = await postForm(world.server, 'introspect', { token: 'x' }, { authorization });
      expect(bearerRefusal(answer)).toBe(invalidToken);
    },
  );
});

describe('POST /oauth/introspect', () => {
  it('401 invalid_client without any credential', async () => {
    const answer = await postForm(world.server, 'introspect', { token: await client.token() });
    expect(oauthOutcome(answer)).toBe('401 invalid_client');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('400 invalid_request without a token, or with two', async () => {
    expect(oauthOutcome(await client.post('introspect', {}))).toBe('400 invalid_request');
    const authorization = `Bearer ${world.server.first.apiKey}`;
    const twice = await postForm(world.server, 'introspect', 'token=a&token=b', { authorization });
    expect(oauthOutcome(twice)).toBe('400 invalid_request');
  });

  it('400 invalid_request with a bearer and a client secret', async () => {
    const authorization = `Bearer ${world.server.first.apiKey}`;
    const form = { token: 'x', client_id: client.id, client_secret: client.secret };
    const answer = await postForm(world.server, 'introspect', form, { authorization });
    expect(oauthOutcome(answer)).toBe('400 invalid_request');
  });

  it.each(['access_token', 'refresh_token', 'nonsense'])(
    'takes the hint %s for what it is',
    async (hint) => {
      const form = { token: await client.token(), token_type_hint: hint };
      expect((await client.post('introspect', form)).body.active).toBe(true);
    },
  );

  it('tells the token in no event', async () => {
    const token = await client.token();
    await client.introspect(token);
    const { text, body } = await world.owner.get(
      `/audit-events?actor_id=${client.memberId}&limit=1`,
    );
    expect(text).not.toContain(token);
    expect(body.data.map(({ action, request }: Json) => [action, request.route])).toEqual([
      ['oauth_client.used', '/oauth/introspect'],
    ]);
  });
});
