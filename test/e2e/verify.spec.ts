import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Json } from '../harness/client.js';
import { oauthClient } from '../harness/oauth-client.js';
import { cutOff } from '../harness/outage.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project('Website');
});
afterAll(() => world.close());

const nothing = {
  organization_id: null,
  project_id: null,
  member: null,
  credential: null,
  access: null,
  rate_limit: null,
};

/** Checks a token for reading uptime, unless more is said. */
async function verify(token: string, more: object = {}): Promise<Json> {
  const question = { token, product: 'uptime', access: 'read', ...more };
  const answer = await world.platform.post('/keys/verify', question);
  expect(outcome(answer)).toBe('200');
  return answer.body;
}

const code = async (token: string, more: object = {}) => (await verify(token, more)).code;

describe('POST /v1/keys/verify', () => {
  it('200 valid, with all that is known, for a project-scoped key of a service account', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
    expect(await verify(key.secret)).toEqual({
      valid: true,
      code: null,
      message: null,
      organization_id: world.organizationId,
      project_id: project.id,
      member: { id: bot.id, type: 'service_account', name: 'Bot' },
      credential: { type: 'api_key', id: key.id, name: 'Key' },
      access: 'read_write',
      rate_limit: {
        limit: 100_000,
        remaining: expect.any(Number),
        reset_seconds: expect.any(Number),
      },
    });
  });

  it('200 valid for an organization-scoped key, a session and an OAuth token in a project', async () => {
    const human = await world.human('admin');
    const session = (await world.signIn(human.email)).access_token;
    const client = await oauthClient(world, 'member', { [project.id]: 'viewer' });
    const told = async (token: string) => {
      const { valid, project_id, credential, member, access } = await verify(token, {
        project_slug: 'website',
      });
      return [valid, project_id, credential.type, member.id, access];
    };
    const { first } = world.server;
    expect([
      await told(first.apiKey),
      await told(session),
      await told(await client.token()),
    ]).toEqual([
      [true, project.id, 'api_key', world.ownerId, 'read_write'],
      [true, project.id, 'session', human.id, 'read_write'],
      [true, project.id, 'oauth', client.memberId, 'read'],
    ]);
  });

  it('200 valid for a platform key, which has no member, organization or limit', async () => {
    const { platformKey } = world.server.first;
    expect(await verify(platformKey, { product: 'api_keys' })).toMatchObject({
      ...nothing,
      valid: true,
      credential: { type: 'api_key' },
      access: 'read_write',
    });
  });

  it('200 with the code for each refusal, as the caller itself would be answered', async () => {
    const own = { project_id: project.id };
    const { key: reader } = await world.key({ ...own, product_scopes: { uptime: 'read' } });
    expect(await code(reader.secret, { access: 'read_write' })).toBe('insufficient_permissions');
    expect(await code(reader.secret, { product: 'incidents' })).toBe('insufficient_permissions');
    expect(await code(reader.secret, { product: 'nothing' })).toBe('invalid_request');
    expect(await code(reader.secret, { project_id: randomUUID() })).toBe(
      'insufficient_permissions',
    );
    const { apiKey } = world.server.first;
    expect(await code(apiKey)).toBe('project_required');
    expect(await code(apiKey, { project_id: randomUUID() })).toBe('project_not_found');
    expect(await code(apiKey, { ...own, project_slug: 'elsewhere' })).toBe('project_not_found');
    const elsewhere = await world.project('Elsewhere');
    expect(await code(apiKey, { ...own, project_slug: elsewhere.slug })).toBe('invalid_request');
    expect(await code(apiKey, { ...own, project_slug: 'website' })).toBeNull();
    const bot = await world.serviceAccount('owner');
    const { key } = await world.key({ ...own, owner_id: bot.id });
    await world.owner.patch(`/service-accounts/${bot.id}`, { status: 'deactivated' });
    expect(await code(key.secret)).toBe('account_deactivated');
  });

  it('names the refusal’s credential, member and effective access', async () => {
    const { key } = await world.key({
      project_id: project.id,
      product_scopes: { uptime: 'read' },
    });
    const refusal = await verify(key.secret, { access: 'read_write' });
    expect(refusal).toMatchObject({
      valid: false,
      organization_id: world.organizationId,
      project_id: project.id,
      credential: { id: key.id },
      access: 'read',
      rate_limit: { limit: 100_000 },
    });
    expect(refusal.message).toContain('read_write access to uptime in project website');
  });

  it('tells nothing of a token that is not in force: the same for unknown, revoked, disabled and malformed', async () => {
    const { key: revoked } = await world.key({ project_id: project.id });
    await world.owner.delete(`/api-keys/${revoked.id}`);
    const { key: disabled } = await world.key({ project_id: project.id });
    await world.owner.patch(`/api-keys/${disabled.id}`, { is_active: false });
    const unknown = `${revoked.secret.slice(0, 20)}${disabled.secret.slice(20)}`;
    const message = 'The API key or token provided is invalid or has been revoked.';
    for (const token of [revoked.secret, disabled.secret, unknown, 'sk_nonsense', '', 'a.b.c'])
      expect(await verify(token)).toEqual({
        valid: false,
        code: 'invalid_token',
        message,
        ...nothing,
      });
  });

  it('decides the address list by `ip`, and refuses when none is given', async () => {
    const { key } = await world.key({ project_id: project.id, allowed_ips: ['192.0.2.0/24'] });
    expect(await code(key.secret, { ip: '192.0.2.7' })).toBeNull();
    expect(await code(key.secret, { ip: '::ffff:192.0.2.7' })).toBeNull();
    expect(await code(key.secret, { ip: '198.51.100.1' })).toBe('ip_not_allowed');
    expect(await code(key.secret)).toBe('ip_not_allowed');
  });

  it('decides the very next check by a change, on every instance', async () => {
    const { key } = await world.key({ project_id: project.id });
    const [here, there] = await world.instances(2);
    const { platformKey } = world.server.first;
    const question = { token: key.secret, product: 'uptime', access: 'read' };
    const codes = async () => {
      const clients = [here?.(platformKey), there?.(platformKey)];
      return Promise.all(
        clients.map(async (client) => (await client?.post('/keys/verify', question))?.body.code),
      );
    };
    expect(await codes()).toEqual([null, null]);
    await world.owner.patch(`/api-keys/${key.id}`, { product_scopes: { incidents: 'read' } });
    expect(await codes()).toEqual(['insufficient_permissions', 'insufficient_permissions']);
    await world.owner.delete(`/api-keys/${key.id}`);
    expect(await codes()).toEqual(['invalid_token', 'invalid_token']);
  });

  it('is not answered again for an Idempotency-Key: what was true then may be revoked now', async () => {
    const { key } = await world.key({ project_id: project.id });
    const client = world.platform.with({ 'idempotency-key': randomUUID() });
    const question = { token: key.secret, product: 'uptime', access: 'read' };
    expect((await client.post('/keys/verify', question)).body.valid).toBe(true);
    await world.owner.delete(`/api-keys/${key.id}`);
    expect((await client.post('/keys/verify', question)).body.valid).toBe(false);
  });
});

describe('who asks and how', () => {
  const question = { token: 'sk_nonsense', product: 'uptime', access: 'read' };
  const paths = ['/keys/verify', '/keys/verify/batch'];

  it.each(paths)('403 insufficient_permissions for any other credential at %s', async (path) => {
    const session = await world.session((await world.human('owner')).email);
    for (const caller of [world.owner, session])
      expect(outcome(await caller.post(path, question))).toBe('403 insufficient_permissions');
  });

  it.each(paths)('401 without a platform key that is in force at %s', async (path) => {
    expect(outcome(await world.client(null).post(path, question))).toBe('401 missing_token');
    const made = await world.created('/api-keys', { name: 'Gone' }, world.platform);
    await world.platform.delete(`/api-keys/${made.id}`);
    expect(outcome(await world.client(made.secret).post(path, question))).toBe('401 invalid_token');
  });

  it.each([
    ['no token', { token: undefined }],
    ['a token that is no text', { token: 1 }],
    ['no product', { product: undefined }],
    ['a product that none can be', { product: 'Uptime' }],
    ['every product', { product: '*' }],
    ['no access', { access: undefined }],
    ['an access that nobody needs', { access: 'none' }],
    ['a project that is no id', { project_id: 'website' }],
    ['a project that is no slug', { project_slug: 'Web Site' }],
    ['an address that is none', { ip: 'localhost' }],
    ['an address with a port', { ip: '192.0.2.1:80' }],
    ['an unknown field', { nonsense: true }],
  ])('400 invalid_request for %s, without telling the token', async (_, wrong) => {
    const { apiKey } = world.server.first;
    const body = { ...question, token: apiKey, ...wrong };
    for (const answer of [
      await world.platform.post('/keys/verify', body),
      await world.platform.post('/keys/verify/batch', { checks: [body] }),
    ]) {
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.text).not.toContain(apiKey);
    }
  });

  it('503 unavailable when the database is away', async () => {
    const mend = await cutOff(world.server);
    const answers = [
      await world.platform.post('/keys/verify', question),
      await world.platform.post('/keys/verify/batch', { checks: [question] }),
    ];
    await mend();
    expect(answers.map(outcome)).toEqual(['503 unavailable', '503 unavailable']);
  });
});
