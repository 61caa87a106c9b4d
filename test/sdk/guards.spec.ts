import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, outcome, type Answer, type Json } from '../harness/client.js';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';
import { startExpress, startFastify, startHono, type ProtectedApp } from './protected-app.js';
import { startNestOnExpress, startNestOnFastify } from './protected-nest-app.js';

let world: World;
let proxy: Proxy;
let project: Json;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  proxy = await startProxy(world.server.url);
  project = await world.project('Website');
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});

/** A key of the project. */
async function key(input: object = {}): Promise<{ id: string; secret: string }> {
  return (await world.key({ project_id: project.id, ...input })).key;
}

const starts = {
  Express: startExpress,
  Fastify: startFastify,
  Hono: startHono,
  'Nest on Express': startNestOnExpress,
  'Nest on Fastify': startNestOnFastify,
};

describe.each(Object.entries(starts))('a route of %s', (_, start) => {
  const unavailable: Error[] = [];
  let app: ProtectedApp;
  let hasty: ProtectedApp;
  beforeAll(async () => {
    const onUnavailable = (reason: Error) => unavailable.push(reason);
    app = await start({ url: proxy.url, onUnavailable });
    hasty = await start({ url: proxy.url, timeoutMs: 300, onUnavailable });
  });
  afterEach(() => proxy.mend());
  afterAll(() => Promise.all([app.close(), hasty.close()]));

  const by = (token: string | null) => new Client(app, token);
  const list = (token: string | null) => by(token).get('//monitors');

  it('knows its caller', async () => {
    const { id, secret } = await key({ product_scopes: { uptime: 'read' } });
    const answer = await list(secret);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        organizationId: world.organizationId,
        projectId: project.id,
        memberId: world.ownerId,
        memberType: 'human',
        credentialId: id,
        access: 'read',
      },
    ]);
  });

  it('tells where the limit stands', async () => {
    const { headers } = await list((await key()).secret);
    expect(headers.get('ratelimit-policy')).toBe('"organization";q=100000;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"organization";r=\d+;t=\d+$/);
  });

  it("401 and 403 with Latchkey's own body and WWW-Authenticate", async () => {
    const reader = (await key({ product_scopes: { uptime: 'read' } })).secret;
    const cases: [Answer, string, RegExp][] = [
      [await list(null), '401 missing_token', /^Bearer realm="[^"]+"$/],
      [await list('sk_nonsense'), '401 invalid_token', /error="invalid_token"/],
      [
        await by(reader).post('//monitors', {}),
        '403 insufficient_permissions',
        /error="insufficient_scope", scope="uptime:write"/,
      ],
    ];
    for (const [answer, expected, challenge] of cases) {
      expect(outcome(answer)).toBe(expected);
      expect(answer.headers.get('www-authenticate')).toMatch(challenge);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.body.error.request_id).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(cases[2]?.[0].body.error.missing).toEqual([{ product: 'uptime', access: 'read_write' }]);
  });

  it('429 rate_limit_exceeded with Retry-After and RateLimit, without waiting for it', async () => {
    const other = await world.otherOrganization();
    const { id } = await world.created('/projects', { name: 'P' }, other.owner);
    const { secret } = await world.created('/api-keys', { name: 'K', project_id: id }, other.owner);
    await world.platform.patch(`/organizations/${other.id}`, { rate_limit_per_minute: 1 });
    const answer = await list(secret);
    expect(outcome(answer)).toBe('429 rate_limit_exceeded');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('ratelimit')).toMatch(/^"organization";r=0;/);
  });

  it('takes its access from the method where it names none', async () => {
    const { secret } = await key({ product_scopes: { uptime: 'read' } });
    expect(outcome(await by(secret).get('//any'))).toBe('200');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect([method, outcome(await by(secret).call(method, '//any'))]).toEqual([
        method,
        '403 insufficient_permissions',
      ]);
  });

  it('is about the project of the header, or of its own path', async () => {
    const own = by(world.server.first.apiKey);
    const path = `//projects/${project.id}/monitors`;
    const headers = { 'x-project-slug': 'website' };
    expect(outcome(await own.get('//monitors'))).toBe('400 project_required');
    expect((await own.with(headers).get('//monitors')).body.projectId).toBe(project.id);
    expect((await own.get(path)).body.projectId).toBe(project.id);
    const another = await world.project();
    const disagreeing = own.with({ 'x-project-id': another.id });
    expect(outcome(await disagreeing.get(path))).toBe('400 invalid_request');
    expect(outcome(await own.get(`//projects/${randomUUID()}/monitors`))).toBe(
      '404 project_not_found',
    );
  });

  it('hears of no caller from the call itself', async () => {
    const { id, secret } = await key({ product_scopes: { uptime: 'read' } });
    const smuggling = by(secret).with({
      'x-auth-access': 'read_write',
      'x-auth-credential-id': randomUUID(),
      'x-forwarded-method': 'GET',
      'x-original-method': 'GET',
    });
    expect((await smuggling.get('//monitors')).body).toMatchObject({
      credentialId: id,
      access: 'read',
    });
    expect(outcome(await smuggling.post('//any'))).toBe('403 insufficient_permissions');
  });

  it('401 invalid_token for two Authorization headers, the first of them good', async () => {
    const { secret } = await key();
    const lines = [`Authorization: Bearer ${secret}`, 'Authorization: Bearer sk_other'];
    const answer = await sendRaw(app, rawRequest('GET /monitors', lines));
    expect(outcome(answer)).toBe('401 invalid_token');
  });

  it("403 ip_not_allowed by the caller's address, not by the one it claims", async () => {
    const near = await key({ allowed_ips: ['127.0.0.1'] });
    const far = await key({ allowed_ips: ['203.0.113.7'] });
    expect(outcome(await list(near.secret))).toBe('200');
    const claiming = by(far.secret).with({ 'x-forwarded-for': '203.0.113.7' });
    expect(outcome(await claiming.get('//monitors'))).toBe('403 ip_not_allowed');
  });

  it('401 invalid_token in the very next call after a key was revoked', async () => {
    const { id, secret } = await key();
    expect(outcome(await list(secret))).toBe('200');
    await world.owner.delete(`/api-keys/${id}`);
    expect(outcome(await list(secret))).toBe('401 invalid_token');
  });

  it('503 unavailable while Latchkey is gone or says nothing, and tells the operator why', async () => {
    const { secret } = await key();
    proxy.cut();
    expect(outcome(await list(secret))).toBe('503 unavailable');
    expect(unavailable.pop()?.message).toMatch(/^Latchkey cannot be reached: /);
    proxy.mend();
    expect(outcome(await list(secret))).toBe('200');
    proxy.freeze();
    expect(outcome(await new Client(hasty, secret).get('//monitors'))).toBe('503 unavailable');
    expect(unavailable.pop()?.message).toMatch(/no answer within 300 ms$/);
  });
});
