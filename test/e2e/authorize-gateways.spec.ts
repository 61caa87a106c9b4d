import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Answer, type Client, type Json } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

const origin = 'https://app.example.com';

let world: World;
let project: Json;
let reader: Json;
beforeAll(async () => {
  world = await World.start({ corsOrigins: [origin] });
  project = await world.project('Website');
  reader = (await world.key({ project_id: project.id, product_scopes: { uptime: 'read' } })).key;
});
afterAll(() => world.close());

/** A call as a gateway passes it on, byte by byte, for methods and paths that no client would send. */
function ask(method: string, path: string, headers: readonly string[] = []): Promise<Answer> {
  const lines = [`Authorization: Bearer ${reader.secret}`, ...headers];
  return sendRaw(world.server, rawRequest(`${method} ${path}`, lines));
}

const question = '/v1/authorize?product=uptime';

describe('any method', () => {
  const reading = ['GET', 'HEAD', 'OPTIONS'];

  it.each(METHODS.filter((method) => method !== 'CONNECT'))('is answered: %s', async (method) => {
    for (const path of [question, '/v1/authorize/monitors?product=uptime']) {
      expect((await ask(method, `${path}&access=read`)).status).toBe(200);
      expect((await ask(method, path)).status).toBe(reading.includes(method) ? 200 : 403);
    }
  });

  it('404 not_found elsewhere, also one that is only known here', async () => {
    expect(outcome(await ask('PROPFIND', '/v1/projects'))).toBe('404 not_found');
  });
});

describe('any path below', () => {
  it.each([
    '/',
    '/monitors',
    '/monitors/1/checks/',
    '//monitors',
    '/..%2f..%2fusers/me',
    '/%F0%9F%94%91',
    `/${'long/'.repeat(80)}`,
    '/*',
  ])('is answered like the route itself: %s', async (path) => {
    const answer = await ask('GET', `/v1/authorize${path}?product=uptime`);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('x-auth-credential-id')).toBe(reader.id);
    const writing = await ask('POST', `/v1/authorize${path}?product=uptime`);
    expect(outcome(writing)).toBe('403 insufficient_permissions');
  });

  it('400 invalid_request for a path that is no path', async () => {
    expect(outcome(await ask('GET', '/v1/authorize/%ZZ?product=uptime'))).toBe(
      '400 invalid_request',
    );
  });

  it('400 invalid_request where a caller adds its own question to the gateway’s', async () => {
    for (const added of ['product=incidents', 'access=read&access=read', 'deny_status=403'])
      expect(
        outcome(await ask('GET', `/v1/authorize/x?product=uptime&deny_status=403&${added}`)),
      ).toMatch(/^40[03] invalid_request$/);
  });
});

describe('who calls', () => {
  const here = ['X-Forwarded-For', 'X-Real-IP', 'X-Client-IP', 'X-Original-For', 'True-Client-IP'];

  /** A key that may be used from one address, which is not the test's. */
  async function bound(): Promise<Client> {
    const allowed_ips = ['192.0.2.1'];
    return (await world.key({ project_id: project.id, allowed_ips })).client;
  }

  it('403 ip_not_allowed whatever address a header claims, without a trusted proxy', async () => {
    const client = await bound();
    for (const name of here) {
      const claiming = client.with({ [name]: '192.0.2.1', forwarded: 'for=192.0.2.1' });
      expect(outcome(await claiming.get('/authorize?product=uptime'))).toBe('403 ip_not_allowed');
    }
  });

  it('200 by the address that a trusted proxy tells, and 403 by one that its client claims', async () => {
    const trusting = await World.start({ trustedProxies: ['127.0.0.1'] });
    try {
      const { id } = await trusting.project();
      const { client } = await trusting.key({ project_id: id, allowed_ips: ['192.0.2.1'] });
      const from = async (addresses: string) =>
        outcome(
          await client.with({ 'x-forwarded-for': addresses }).get('/authorize?product=uptime'),
        );
      expect(await from('192.0.2.1')).toBe('200');
      expect(await from('192.0.2.9')).toBe('403 ip_not_allowed');
      expect(await from('192.0.2.1, 192.0.2.9')).toBe('403 ip_not_allowed');
    } finally {
      await trusting.close();
    }
  });

  it.each(['X-Forwarded-Uri', 'X-Original-URL', 'X-Rewrite-Url', 'X-Forwarded-Prefix'])(
    '%s changes neither the route nor the question',
    async (name) => {
      const answer = await ask('GET', `${question}&access=read_write`, [
        `${name}: /v1/authorize?product=uptime&access=read`,
      ]);
      expect(outcome(answer)).toBe('403 insufficient_permissions');
    },
  );

  it('401 missing_token for a credential that only a forwarded header holds', async () => {
    const answer = await sendRaw(
      world.server,
      rawRequest(`GET ${question}`, [
        `X-Forwarded-Authorization: Bearer ${reader.secret}`,
        `X-Original-Authorization: Bearer ${reader.secret}`,
        `Proxy-Authorization: Bearer ${reader.secret}`,
      ]),
    );
    expect(outcome(answer)).toBe('401 missing_token');
  });
});

describe("a browser's preflight", () => {
  const preflight = [`Origin: ${origin}`, 'Access-Control-Request-Method: POST'];

  it.each([question, '/v1/authorize/monitors?product=uptime'])(
    '401 missing_token without a credential, at %s: a gateway may take each 2xx for a yes',
    async (path) => {
      const answer = await sendRaw(world.server, rawRequest(`OPTIONS ${path}`, preflight));
      expect(outcome(answer)).toBe('401 missing_token');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('200 with a credential that may read', async () => {
    expect((await ask('OPTIONS', question, preflight)).status).toBe(200);
  });

  it('204 at every other route', async () => {
    const answer = await sendRaw(world.server, rawRequest('OPTIONS /v1/projects', preflight));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('?deny_status=403', () => {
  const asking = (client: Client, query = 'product=uptime') =>
    client.get(`/authorize?${query}&deny_status=403`);
  const denied = ({ status, headers, body }: Answer) => [
    status,
    headers.get('x-auth-error'),
    body.error.code,
  ];

  it('200 when the call may pass, without X-Auth-Error', async () => {
    const answer = await asking(world.client(reader.secret));
    expect([answer.status, answer.headers.get('x-auth-error')]).toEqual([200, null]);
  });

  it.each([
    ['missing_token', null],
    ['invalid_token', 'sk_nonsense'],
  ])('401 stays 401: %s', async (code, token) => {
    const answer = await asking(world.client(token));
    expect(denied(answer)).toEqual([401, code, code]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('403 with the code in X-Auth-Error for 400, 403 and 404', async () => {
    const narrow = world.client(reader.secret);
    const of = async (answer: Promise<Answer>) => denied(await answer).slice(0, 2);
    expect(await of(asking(world.owner))).toEqual([403, 'project_required']);
    expect(await of(asking(world.owner, 'product=nothing'))).toEqual([403, 'invalid_request']);
    expect(await of(asking(narrow, 'product=incidents'))).toEqual([
      403,
      'insufficient_permissions',
    ]);
    const nowhere = world.owner.with({ 'x-project-slug': 'nowhere' });
    expect(await of(asking(nowhere))).toEqual([403, 'project_not_found']);
  });

  it('400 invalid_request for any other value, and elsewhere it is not known', async () => {
    for (const value of ['401', '404', '200', '', '403&deny_status=403'])
      expect(
        outcome(
          await world.client(reader.secret).get(`/authorize?product=uptime&deny_status=${value}`),
        ),
      ).toBe('400 invalid_request');
    const elsewhere = await world.client('sk_nonsense').get('/users/me?deny_status=403');
    expect(elsewhere.headers.get('x-auth-error')).toBeNull();
  });

  it('403 rate_limit_exceeded with Retry-After', async () => {
    const other = await world.otherOrganization();
    const path = `/organizations/${other.id}`;
    await world.platform.patch(path, { rate_limit_per_minute: 1 });
    const askAgain = () => asking(other.owner, 'product=members');
    const answer = (await askAgain(), await askAgain());
    expect(denied(answer).slice(0, 2)).toEqual([403, 'rate_limit_exceeded']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('403 unavailable when the database is away', async () => {
    const mend = await cutOff(world.server);
    const answer = await asking(world.client(reader.secret));
    await mend();
    expect(denied(answer)).toEqual([403, 'unavailable', 'unavailable']);
  });
});
