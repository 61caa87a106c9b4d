import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Answer, type Client, type Json } from '../harness/client.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project('Website');
});
afterAll(() => world.close());

const names = [
  'x-auth-organization-id',
  'x-auth-project-id',
  'x-auth-member-id',
  'x-auth-member-type',
  'x-auth-credential-id',
  'x-auth-access',
];

const identity = ({ headers }: Answer) => names.map((name) => headers.get(name));

/** A client with a key that reads uptime, writes incidents, and no more. */
async function narrow(): Promise<Client> {
  const product_scopes = { uptime: 'read', incidents: 'read_write' };
  return (await world.key({ project_id: project.id, product_scopes })).client;
}

describe('GET /v1/authorize', () => {
  it('200 with every X-Auth header for a project-scoped key of a service account', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const { key, client } = await world.key({ owner_id: bot.id, project_id: project.id });
    const answer = await client.get('/authorize?product=uptime&access=read');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(identity(answer)).toEqual([
      world.organizationId,
      project.id,
      bot.id,
      'service_account',
      key.id,
      'read_write',
    ]);
  });

  it('200 for a session in a project', async () => {
    const human = await world.human('member');
    await world.owner.put(`/projects/${project.id}/members/${human.id}`, { role: 'viewer' });
    const session = (await world.session(human.email)).with({ 'x-project-slug': 'website' });
    const { body: me } = await session.get('/users/me');
    const answer = await session.get('/authorize?product=uptime');
    expect(identity(answer)).toEqual([
      world.organizationId,
      project.id,
      human.id,
      'human',
      me.credential.id,
      'read',
    ]);
  });

  it('200 with the headers there but empty where there is nothing to say', async () => {
    const member = await world.owner.get('/authorize?product=members');
    const { body: me } = await world.owner.get('/users/me');
    expect(identity(member)).toEqual([
      world.organizationId,
      '',
      world.ownerId,
      'human',
      me.credential.id,
      'read_write',
    ]);
    const { body: platform } = await world.platform.get('/users/me');
    const answer = await world.platform.get('/authorize?product=api_keys');
    expect(identity(answer)).toEqual(['', '', '', '', platform.id, 'read_write']);
  });

  it('X-Auth-Access is the effective access, not what was asked for', async () => {
    const client = await narrow();
    const access = async (path: string) => (await client.get(path)).headers.get('x-auth-access');
    expect(await access('/authorize?product=incidents&access=read')).toBe('read_write');
    expect(await access('/authorize?product=uptime&access=read')).toBe('read');
  });

  it('has no X-Auth header on a refusal', async () => {
    const answer = await (await narrow()).get('/authorize?product=status-pages');
    expect(outcome(answer)).toBe('403 insufficient_permissions');
    expect(identity(answer)).toEqual(names.map(() => null));
  });

  it('needs no project for a built-in product', async () => {
    for (const product of ['organization', 'projects', 'members', 'api_keys', 'audit'])
      expect(outcome(await world.owner.get(`/authorize?product=${product}`))).toBe('200');
  });
});

describe('access', () => {
  const reading = ['GET', 'HEAD', 'OPTIONS'];
  const writing = ['POST', 'PUT', 'PATCH', 'DELETE'];

  /** What a key that only reads uptime is answered: the status tells which access was asked for. */
  async function asks(method: string, headers: Record<string, string> = {}): Promise<string> {
    const client = (await narrow()).with(headers);
    const { status } = await client.call(method, '/authorize?product=uptime');
    return { 200: 'read', 403: 'read_write' }[status] ?? String(status);
  }

  it.each([...reading, ...writing])(
    "left out, is that of the call's own method: %s",
    async (method) => {
      expect(await asks(method)).toBe(reading.includes(method) ? 'read' : 'read_write');
    },
  );

  it.each(['X-Forwarded-Method', 'X-Original-Method'])('left out, is that of %s', async (name) => {
    for (const method of reading) expect(await asks('POST', { [name]: method })).toBe('read');
    for (const method of [...writing, 'PROPFIND', 'BREW', '', 'get'])
      expect(await asks('GET', { [name]: method })).toBe('read_write');
  });

  it('is the stronger when X-Forwarded-Method and X-Original-Method differ', async () => {
    const both = (forwarded: string, original: string) =>
      asks('GET', { 'x-forwarded-method': forwarded, 'x-original-method': original });
    expect(await both('GET', 'DELETE')).toBe('read_write');
    expect(await both('PATCH', 'HEAD')).toBe('read_write');
    expect(await both('GET', 'HEAD')).toBe('read');
  });

  it('is the stronger when one of them is given twice', async () => {
    const { secret } = (
      await world.key({ project_id: project.id, product_scopes: { uptime: 'read' } })
    ).key as { secret: string };
    const lines = (second: string) => [
      `Authorization: Bearer ${secret}`,
      'X-Forwarded-Method: GET',
      `X-Forwarded-Method: ${second}`,
    ];
    const request = rawRequest('GET /v1/authorize?product=uptime', lines('POST'));
    expect(outcome(await sendRaw(world.server, request))).toBe('403 insufficient_permissions');
  });

  it('that is named outranks every method', async () => {
    const client = (await narrow()).with({ 'x-forwarded-method': 'DELETE' });
    expect(outcome(await client.post('/authorize?product=uptime&access=read'))).toBe('200');
    const reader = (await narrow()).with({ 'x-forwarded-method': 'GET' });
    expect(outcome(await reader.get('/authorize?product=uptime&access=read_write'))).toBe(
      '403 insufficient_permissions',
    );
  });
});

describe('400 invalid_request', () => {
  it.each([
    '',
    '?product=',
    '?product=nothing',
    '?product=Uptime',
    '?product=uptime,incidents',
    '?product=uptime&product=incidents',
    '?product=platform',
    '?product=*',
    '?product=__proto__',
    '?product=uptime&access=write',
    '?product=uptime&access=none',
    '?product=uptime&access=',
    '?product=uptime&access=read&access=read_write',
  ])('for the question "%s"', async (query) => {
    const client = world.owner.with({ 'x-project-id': project.id });
    expect(outcome(await client.get(`/authorize${query}`))).toBe('400 invalid_request');
    expect(outcome(await world.platform.get(`/authorize${query}`))).toBe('400 invalid_request');
  });

  it('401 comes first for an unknown product without a good credential', async () => {
    const stranger = world.client('sk_nonsense');
    expect(outcome(await stranger.get('/authorize?product=nothing'))).toBe('401 invalid_token');
  });
});

describe('the body and its type', () => {
  const bodies: [string, string, string | Uint8Array][] = [
    ['invalid JSON', 'application/json', '{"name":'],
    [
      'another project and another token',
      'application/json',
      '{"project_id":"x","access_token":"y"}',
    ],
    ['a form', 'application/x-www-form-urlencoded', 'access_token=y'],
    ['an upload', 'multipart/form-data; boundary=x', '--x--'],
    ['a type that is none', 'nonsense', 'x'],
    ['1 MiB', 'application/octet-stream', new Uint8Array(1024 * 1024)],
    ['no bytes', 'application/json', ''],
  ];

  it.each(bodies)('are ignored: %s', async (_, type, body) => {
    const client = world.owner.with({ 'content-type': type, 'x-project-id': project.id });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await client.call(method, '/authorize?product=uptime', body);
      expect([method, outcome(answer)]).toEqual([method, '200']);
    }
  });

  it('are ignored in chunks, and by no Idempotency-Key kept', async () => {
    const headers = [
      `Authorization: Bearer ${world.server.first.apiKey}`,
      `X-Project-Id: ${project.id}`,
      'Transfer-Encoding: chunked',
      'Idempotency-Key: one',
    ];
    const request = rawRequest(
      'POST /v1/authorize?product=uptime',
      headers,
      '3\r\n{"a\r\n0\r\n\r\n',
    );
    for (let round = 1; round <= 2; round += 1) {
      const answer = await sendRaw(world.server, request);
      expect([answer.status, answer.headers.get('x-auth-access')]).toEqual([200, 'read_write']);
    }
  });
});

describe('the very next call', () => {
  it.each([
    ['revoked', (id: string) => world.owner.delete(`/api-keys/${id}`)],
    ['disabled', (id: string) => world.owner.patch(`/api-keys/${id}`, { is_active: false })],
    ['rotated', (id: string) => world.owner.post(`/api-keys/${id}/rotate`, {})],
  ])('401 invalid_token with a key that was %s', async (_, change) => {
    const { key, client } = await world.key({ project_id: project.id });
    expect(outcome(await client.get('/authorize?product=uptime'))).toBe('200');
    expect((await change(key.id)).status).toBeLessThan(300);
    expect(outcome(await client.get('/authorize?product=uptime'))).toBe('401 invalid_token');
  });

  it('403 insufficient_permissions with a key whose scope was cut', async () => {
    const { key, client } = await world.key({ project_id: project.id });
    await world.owner.patch(`/api-keys/${key.id}`, { product_scopes: { incidents: 'read' } });
    const answer = await client.get('/authorize?product=uptime');
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });
});
