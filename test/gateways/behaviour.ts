import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Answer, type Json } from '../harness/client.js';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';
import {
  isMissing,
  startGateway,
  startUpstream,
  type GatewayProgram,
  type Running,
} from './gateway.js';

const identity = [
  'X-Auth-Organization-Id',
  'X-Auth-Project-Id',
  'X-Auth-Member-Id',
  'X-Auth-Member-Type',
  'X-Auth-Credential-Id',
  'X-Auth-Access',
];

/** What every gateway is held to, from the configuration of its example. */
export function describeGateway(program: GatewayProgram): void {
  describe.skipIf(isMissing(program))(`the example of ${program.example}`, () => {
    let world: World;
    let network: Proxy;
    let upstream: Running;
    let gateway: Running;
    let project: Json;
    let reader: Json;
    let writer: Json;
    beforeAll(async () => {
      world = await World.start({ trustedProxies: ['127.0.0.1'] });
      network = await startProxy(world.server.url);
      upstream = await startUpstream();
      gateway = await startGateway(program, network.url, upstream.url);
      project = await world.project('Website');
      const key = async (uptime: string) =>
        (await world.key({ project_id: project.id, product_scopes: { uptime } })).key;
      [reader, writer] = [await key('read'), await key('read_write')];
    });
    afterAll(async () => {
      await gateway?.stop();
      await upstream?.stop();
      await network?.close();
      await world?.close();
    });

    /** Calls the API by way of the gateway. */
    function call(
      secret: string | null,
      method = 'GET',
      { path = '/monitors', body, ...headers }: Record<string, string> & { body?: string } = {},
    ): Promise<Answer> {
      return new Client(gateway, secret, headers).call(method, `/${path}`, body);
    }

    const monitors = async () =>
      (await (await fetch(`${upstream.url}/monitors`)).json()) as { data: Json[] };

    it('200 for a call that may pass, and the API knows who calls', async () => {
      const answer = await call(reader.secret);
      expect(answer.status).toBe(200);
      expect(answer.body.caller).toEqual({
        organization_id: world.organizationId,
        project_id: project.id,
        member_id: world.ownerId,
        member_type: 'human',
        credential_id: reader.id,
        access: 'read',
      });
    });

    it('200 for a session that names its project', async () => {
      const session = (await world.signIn((await world.human('owner')).email)).access_token;
      const answer = await call(session, 'GET', { 'x-project-slug': 'website' });
      expect([answer.status, answer.body.caller.access]).toEqual([200, 'read_write']);
    });

    it('passes on the body, also one that is larger than what Latchkey takes itself', async () => {
      const name = 'x'.repeat(200_000);
      const answer = await call(writer.secret, 'POST', { body: JSON.stringify({ name }) });
      expect([answer.status, answer.body.name === name]).toEqual([201, true]);
      expect((await monitors()).data.at(-1).name === name).toBe(true);
    });

    it.each([
      ['GET', 200],
      ['HEAD', 200],
      ['OPTIONS', 200],
      ['POST', 403],
      ['PUT', 403],
      ['PATCH', 403],
      ['DELETE', 403],
    ])(
      'asks for read or read_write by the method: %s is %i for a key that reads',
      async (method, status) => {
        const body = ['POST', 'PUT', 'PATCH'].includes(method) ? '{"name":"x"}' : undefined;
        const answer = await call(reader.secret, method, body === undefined ? {} : { body });
        expect(answer.status).toBe(status);
      },
    );

    it.each([
      ['no credential', null],
      ['another scheme', 'Basic YTpi'],
      ['a token that is none', 'Bearer sk_nonsense'],
    ])('401 with WWW-Authenticate for %s', async (_, authorization) => {
      const answer = await call(null, 'GET', authorization === null ? {} : { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="latchkey"/);
    });

    it("401 for a browser's preflight: the gateway takes it for a call like any other", async () => {
      const answer = await call(null, 'OPTIONS', {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
      });
      expect(answer.status).toBe(401);
    });

    it('lets nothing through that two Authorization headers ask for', async () => {
      const lines = [`Authorization: Bearer ${reader.secret}`, 'Authorization: Bearer sk_nonsense'];
      const answer = await sendRaw(gateway, rawRequest('GET /monitors', lines));
      expect([400, 401, 403]).toContain(answer.status);
    });

    it('refuses as Latchkey does: 400, 403 and 404', async () => {
      const organizationKey = world.server.first.apiKey;
      const status = async (...[secret, headers]: [string, Record<string, string>]) =>
        (await call(secret, 'GET', headers)).status;
      expect(await status(organizationKey, {})).toBe(400);
      expect(await status(organizationKey, { 'x-project-slug': 'nowhere' })).toBe(404);
      const { key } = await world.key({
        project_id: project.id,
        product_scopes: { incidents: 'read' },
      });
      expect(await status(key.secret, {})).toBe(403);
    });

    it('429 with Retry-After past the limit', async () => {
      const owner_email = `o-${randomUUID()}@example.com`;
      const { id } = await world.created(
        '/organizations',
        { name: 'Other', owner_email },
        world.platform,
      );
      await world.platform.patch(`/organizations/${id}`, { rate_limit_per_minute: 1 });
      const session = await world.session((await world.human('owner', id)).email);
      const { id: project_id } = await world.created('/projects', { name: 'P' }, session);
      const key = await world.created('/api-keys', { name: 'K', project_id }, session);
      expect((await call(key.secret)).status).toBe(200);
      const refusal = await call(key.secret);
      expect(refusal.status).toBe(429);
      expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
    });

    it('replaces what a caller says of itself', async () => {
      const names = identity.map((name) => name.slice('X-Auth-'.length));
      const forged = names.flatMap((name) => [
        `X-Auth-${name}: forged`,
        `x-auth-${name.toLowerCase()}: forged`,
        `X_Auth_${name.replaceAll('-', '_')}: forged`,
        `X-Auth_${name}: forged`,
        `X_Auth-${name}: forged`,
        `X-Auth-${name.replaceAll('-', '_')}: forged`,
        `X-AUTH_${name.replaceAll('-', '_')}: forged`,
      ]);
      const lines = [`Authorization: Bearer ${reader.secret}`, ...forged];
      const answer = await sendRaw(gateway, rawRequest('GET /monitors', lines));
      expect(answer.status).toBe(200);
      expect(answer.text).toContain(reader.id);
      expect(answer.text).not.toContain('forged');
    });

    // A gateway removes what Connection names. Some would do so once Latchkey has told them who calls.
    it.each([
      ['in one list', [identity.join(', ')]],
      ['in a line each', identity],
      ['in lower case', [identity.join(',').toLowerCase()]],
      ['beside an upgrade', [`Upgrade, ${identity.join(', ')}`]],
    ])(
      'tells the API who calls, or 400, when Connection names the identity headers %s',
      async (_, options) => {
        const lines = [
          `Authorization: Bearer ${reader.secret}`,
          ...options.map((option) => `Connection: ${option}`),
        ];
        const { status, body } = await sendRaw(gateway, rawRequest('GET /monitors', lines));
        if (status === 400) return;
        expect(status).toBe(200);
        expect(Object.keys(body.caller)).toHaveLength(identity.length);
      },
    );

    it.each(['X-Forwarded-Method', 'x-original-method', 'X-Forwarded-For'])(
      '403 or 400 for a write when Connection names %s',
      async (name) => {
        const before = await monitors();
        const body = '{"name":"x"}';
        const lines = [
          `Authorization: Bearer ${reader.secret}`,
          `Connection: ${name}`,
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
        ];
        const answer = await sendRaw(gateway, rawRequest('POST /monitors', lines, body));
        expect([400, 403]).toContain(answer.status);
        expect(await monitors()).toEqual(before);
      },
    );

    it.each([
      { 'x-forwarded-method': 'GET' },
      { 'x-original-method': 'GET' },
      { 'x-forwarded-method': 'GET', 'x-original-method': 'GET' },
      { 'x-http-method-override': 'GET' },
      { path: '/monitors?access=read&product=incidents&deny_status=403' },
      { path: '/monitors%3Faccess=read' },
      { 'x-original-url': '/v1/authorize?product=uptime&access=read' },
      { 'x-forwarded-uri': '/v1/authorize?product=uptime&access=read' },
    ] as Record<string, string>[])(
      '403 for a write however it is dressed up: %j',
      async (dress) => {
        const before = await monitors();
        const answer = await call(reader.secret, 'POST', { body: '{"name":"x"}', ...dress });
        expect(answer.status).toBe(403);
        expect(await monitors()).toEqual(before);
      },
    );

    it('tells Latchkey the address that it sees itself, not one that is claimed', async () => {
      const bound = async (address: string) =>
        (await world.key({ project_id: project.id, allowed_ips: [address] })).key.secret;
      const claim = { 'x-forwarded-for': '192.0.2.1' };
      expect((await call(await bound('127.0.0.1'), 'GET', claim)).status).toBe(200);
      expect((await call(await bound('192.0.2.1'), 'GET', claim)).status).toBe(403);
    });

    it('401 for every call that starts after a key was revoked, in the middle of a flood', async () => {
      const { key } = await world.key({ project_id: project.id });
      let revoked = false;
      let over = false;
      const [before, after]: [number[], number[]] = [[], []];
      const flood = Array.from({ length: 8 }, async () => {
        while (!over) {
          const late = revoked;
          const { status } = await call(key.secret);
          (late ? after : before).push(status);
          if (after.length >= 40) over = true;
        }
      });
      while (before.length < 40) await new Promise((resolve) => setImmediate(resolve));
      expect((await world.owner.delete(`/api-keys/${key.id}`)).status).toBe(204);
      revoked = true;
      await Promise.all(flood);
      expect(before.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => 200));
      expect(new Set(after)).toEqual(new Set([401]));
    });

    it('5xx while Latchkey is away, and the API is not reached; 200 once it is back', async () => {
      const before = await monitors();
      network.cut();
      const answer = await call(writer.secret, 'POST', { body: '{"name":"x"}' });
      network.mend();
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(await monitors()).toEqual(before);
      await expect.poll(async () => (await call(reader.secret)).status).toBe(200);
    });

    it('5xx while Latchkey does not answer', async () => {
      network.freeze();
      const answer = await call(reader.secret);
      network.mend();
      expect(answer.status).toBeGreaterThanOrEqual(500);
      await expect.poll(async () => (await call(reader.secret)).status).toBe(200);
    });
  });
}
