import { randomUUID } from 'node:crypto';
import { version } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Answer, type Client } from '../harness/client.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

interface Callers {
  owner: Client;
  platform: Client;
  nobody: Client;
  stranger: Client;
}

/** One way to each refusal that takes no special state. */
const refusals: Record<string, (by: Callers) => Promise<Answer>> = {
  '400 invalid_request': ({ owner }) => owner.post('/projects', {}),
  '400 project_required': ({ owner }) => owner.get('/authorize?product=uptime'),
  '401 missing_token': ({ nobody }) => nobody.get('/users/me'),
  '401 invalid_credentials': ({ nobody }) =>
    nobody.post('/auth/login', { email: 'nobody@example.com', password }),
  '401 invalid_token': ({ stranger }) => stranger.get('/users/me'),
  '403 insufficient_permissions': ({ owner }) => owner.post('/products', { slug: 'x1', name: 'X' }),
  '404 not_found': ({ owner }) => owner.get(`/api-keys/${randomUUID()}`),
  '404 project_not_found': ({ owner }) => owner.get(`/projects/${randomUUID()}`),
  '409 conflict': ({ platform }) => platform.delete('/products/members'),
  '409 slug_taken': ({ platform }) => platform.post('/products', { slug: 'uptime', name: 'Again' }),
  '409 last_owner': ({ owner }) => owner.delete(`/members/${world.ownerId}`),
  '413 payload_too_large': ({ owner }) => owner.post('/projects', { name: 'x'.repeat(65_536) }),
  '415 unsupported_media_type': ({ owner }) =>
    owner.with({ 'content-type': 'text/plain' }).post('/projects', 'name=x'),
};

function callers(headers: Record<string, string> = {}): Callers {
  return {
    owner: world.owner.with(headers),
    platform: world.platform.with(headers),
    nobody: world.client(null).with(headers),
    stranger: world.client('sk_nonsense').with(headers),
  };
}

describe.each(Object.entries(refusals))('%s', (expected, refuse) => {
  it('has the envelope {error:{code,message,request_id}} with the id of X-Request-Id', async () => {
    const answer = await refuse(callers());
    expect(outcome(answer)).toBe(expected);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(answer.body)).toEqual(['error']);
    const { code, message, request_id, details, missing, ...rest } = answer.body.error;
    expect(rest).toEqual({});
    expect([typeof code, typeof message]).toEqual(['string', 'string']);
    expect(request_id).toBe(answer.headers.get('x-request-id'));
    expect(version(request_id)).toBe(7);
    expect(Array.isArray(details)).toBe(code === 'invalid_request');
    expect(Array.isArray(missing)).toBe(code === 'insufficient_permissions');
  });

  it('is the same as RFC 9457 with Accept: application/problem+json', async () => {
    const plain = (await refuse(callers())).body.error;
    const { status, headers, body } = await refuse(
      callers({ accept: 'text/html;q=0.1, Application/Problem+JSON' }),
    );
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const { code, message, details, missing } = plain;
    expect(body).toEqual({
      type: expect.stringContaining(code),
      title: expect.any(String),
      status,
      detail: message,
      code,
      ...(details && { details }),
      ...(missing && { missing }),
      request_id: headers.get('x-request-id'),
    });
  });
});

describe('a refusal before there is a route', () => {
  it('is the same as RFC 9457 with Accept: application/problem+json', async () => {
    const accept = ['Accept: application/problem+json'];
    const { status, headers, body } = await sendRaw(
      world.server,
      rawRequest('GET /v1/%zz', accept),
    );
    expect([status, body.code, body.status]).toEqual([400, 'invalid_request', 400]);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('details', () => {
  it('name every wrong field of a body, also unknown and nested ones', async () => {
    const { body } = await world.owner.post('/api-keys', {
      name: ' ',
      owner_id: 'x',
      expires_at: 'tomorrow',
      colour: 'red',
    });
    const fields = body.error.details.map((detail: { field: string }) => detail.field);
    expect(fields.sort()).toEqual(['colour', 'expires_at', 'name', 'owner_id']);
    const nested = await world.owner.post('/service-accounts', {
      name: 'Bot',
      projects: [{ project_id: randomUUID(), role: 7 }],
    });
    expect(nested.body.error.details).toEqual([
      { field: 'projects.0.role', message: expect.any(String) },
    ]);
  });

  it('name the wrong query parameter or path parameter', async () => {
    const query = await world.owner.get('/api-keys?limit=0');
    expect(query.body.error.details).toEqual([{ field: 'limit', message: expect.any(String) }]);
    const path = await world.owner.get('/members/me');
    expect(path.body.error.details).toEqual([{ field: 'id', message: expect.any(String) }]);
  });
});

describe('missing and WWW-Authenticate', () => {
  it('403 insufficient_permissions names the product and the access that would do', async () => {
    const project = await world.project();
    const { client } = await world.key({
      project_id: project.id,
      product_scopes: { uptime: 'read' },
    });
    const { body, headers } = await client.get('/authorize?product=uptime&access=read_write');
    expect(body.error.missing).toEqual([{ product: 'uptime', access: 'read_write' }]);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="latchkey", error="insufficient_scope", scope="uptime:write"',
    );
    const read = await client.get('/authorize?product=status-pages&access=read');
    expect(read.body.error.missing).toEqual([{ product: 'status-pages', access: 'read' }]);
    expect(read.headers.get('www-authenticate')).toMatch(/scope="status-pages:read"$/);
  });

  it('403 for another reason than access has a challenge without an error (RFC 6750, section 3)', async () => {
    const bot = await world.serviceAccount();
    const { client: deactivated } = await world.key({ owner_id: bot.id });
    await world.owner.patch(`/members/${bot.id}`, { status: 'deactivated' });
    const { client: elsewhere } = await world.key({ allowed_ips: ['192.0.2.1'] });
    const { id, owner: suspended } = await world.otherOrganization();
    await world.platform.patch(`/organizations/${id}`, { status: 'suspended' });
    const cases: [string, Client][] = [
      ['403 account_deactivated', deactivated],
      ['403 ip_not_allowed', elsewhere],
      ['403 organization_suspended', suspended],
    ];
    for (const [expected, caller] of cases) {
      const answer = await caller.get('/users/me');
      expect(outcome(answer)).toBe(expected);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="latchkey"');
    }
  });

  it('stands on 401 and 403 only', async () => {
    for (const [name, refuse] of Object.entries(refusals)) {
      const { headers } = await refuse(callers());
      const expected = /^40[13] /.test(name);
      expect([name, headers.has('www-authenticate')]).toEqual([name, expected]);
    }
  });
});

describe('every answer carries X-Request-Id', () => {
  const bearer = () => `Authorization: Bearer ${world.server.first.apiKey}`;
  const raw = (requestLine: string, headers: string[] = [], body = '') =>
    sendRaw(world.server, rawRequest(requestLine, headers, body));

  const answers: Record<string, () => Promise<Answer>> = {
    200: () => world.owner.get('/users/me'),
    204: async () => world.owner.delete(`/projects/${(await world.project()).id}`),
    302: () => world.client(null).get('//'),
    '200 of the documentation': () => world.client(null).get('//docs'),
    '200 of the document': () => world.client(null).get('//openapi.json'),
    '200 of health': () => world.client(null).get('//health/live'),
    '404 of an unknown route': () => world.client(null).get('/nothing/here'),
    '404 of an unknown method': () => world.owner.put('/projects', {}),
    '400 of a malformed URL': () => raw('GET /v1/%zz'),
    '400 of a malformed URL with a key': () => raw('GET /v1/projects/%ff', [bearer()]),
    '400 of no HTTP at all': () => sendRaw(world.server, 'EHLO example.com\r\n\r\n'),
    '400 of an unknown HTTP method': () => raw('BREW /v1/projects'),
    '400 of a NUL in a header': () => raw('GET /v1/users/me', [bearer(), 'X-Odd: a\0b']),
    '400 of two lengths': () =>
      raw('POST /v1/projects', [bearer(), 'Content-Length: 2', 'Content-Length: 3'], '{}'),
    '400 without a Host': () =>
      sendRaw(world.server, 'GET /v1/users/me HTTP/1.1\r\nConnection: close\r\n\r\n'),
    '431 of headers that are too large': () =>
      raw('GET /v1/users/me', [`X-Large: ${'x'.repeat(40_000)}`]),
    '200 with an expectation that nobody knows': () =>
      raw('GET /v1/users/me', [bearer(), 'Expect: a miracle']),
  };

  it.each(Object.entries(answers))('%s', async (name, call) => {
    const { status, headers, body } = await call();
    expect(status).toBe(Number(name.slice(0, 3)));
    const id = headers.get('x-request-id') ?? '';
    expect(version(id)).toBe(7);
    expect([undefined, id]).toContain(body.error?.request_id);
  });

  it('each its own, whatever the caller sends', async () => {
    const mine = randomUUID();
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { headers } = await world.owner.with({ 'x-request-id': mine }).get('/users/me');
        return headers.get('x-request-id');
      }),
    );
    expect(new Set([...ids, mine]).size).toBe(6);
  });
});

describe('an unknown route', () => {
  it('404 not_found with the same bytes, credential or not', async () => {
    const { owner, nobody, stranger } = callers();
    const texts = await Promise.all(
      [owner, nobody, stranger].map(async (client) => {
        const answer = await client.get('/nothing');
        expect(outcome(answer)).toBe('404 not_found');
        return answer.text.replace(answer.body.error.request_id, '');
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('404 not_found whatever its body is', async () => {
    const { owner } = callers();
    const answers = [
      await owner.post('/nothing', '{'),
      await owner.with({ 'content-type': 'text/plain' }).post('/nothing', 'x'),
      await owner.post('/nothing', { name: 'x'.repeat(70_000) }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '404 not_found'));
  });
});
