import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expressGuard, callerOf } from '@latchkey/sdk/express';
import { Guard } from '@latchkey/sdk/guard';
import { Client, outcome } from '../../harness/client.js';
import { World } from '../../harness/world.js';

const servers: Server[] = [];
let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await world.close();
});

/** Where a server listens that answers in its own way. */
async function listening(listener: RequestListener): Promise<{ url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((listens) => server.once('listening', listens));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const call = (token: string) =>
  new Request('http://app.example/monitors', { headers: { authorization: `Bearer ${token}` } });

describe('a Guard', () => {
  it('judges the requests of any runtime that speaks fetch', async () => {
    const project = await world.project();
    const { key } = await world.key({ project_id: project.id });
    const guard = new Guard({ url: world.server.url });
    const verdict = await guard.judge(call(key.secret), { product: 'uptime', access: 'read' });
    expect(verdict).toMatchObject({ allowed: true, caller: { credentialId: key.id } });
    const refused = await guard.judge(call('sk_nonsense'), { product: 'uptime' });
    expect(refused.allowed ? 'allowed' : refused.response.status).toBe(401);
  });

  it('keeps everything of a call to itself that the question does not need', async () => {
    const seen: object[] = [];
    const { url } = await listening((request, response) => {
      seen.push(request.headers);
      response.writeHead(500).end();
    });
    const headers = { authorization: 'Bearer x', cookie: 'session=y', 'x-secret': 'z' };
    await new Guard({ url }).judge(new Request('http://app.example', { headers }), {
      product: 'uptime',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ authorization: 'Bearer x', 'x-forwarded-method': 'GET' });
    expect(seen[0]).not.toHaveProperty('cookie');
    expect(seen[0]).not.toHaveProperty('x-secret');
  });
});

describe('503 unavailable when what answers is not Latchkey, or not at its best', () => {
  it.each<[string, RequestListener]>([
    ['200 for everything', (_, response) => response.end('welcome')],
    [
      '200 with half of a caller',
      (_, response) => response.setHeader('x-auth-access', 'read_write').end(),
    ],
    [
      '200 with an access that is none',
      (_, response) =>
        response.setHeader('x-auth-credential-id', 'x').setHeader('x-auth-access', 'none').end(),
    ],
    ['204', (_, response) => response.writeHead(204).end()],
    ['a redirect', (_, response) => response.writeHead(307, { location: '/v1/x' }).end()],
    ['404 of another server', (_, response) => response.writeHead(404).end('<h1>Not Found</h1>')],
    ['500', (_, response) => response.writeHead(500).end('{"error":{"code":"x","message":"y"}}')],
    ['no HTTP', (request) => request.socket.end('nonsense')],
  ])('%s', async (_, listener) => {
    const { url } = await listening(listener);
    const reasons: Error[] = [];
    const guard = new Guard({ url, maxRetries: 0, onUnavailable: (error) => reasons.push(error) });
    const verdict = await guard.judge(call('sk_x'), { product: 'uptime' });
    if (verdict.allowed) throw new Error('was let in');
    expect(verdict.response.status).toBe(503);
    expect(await verdict.response.json()).toMatchObject({ error: { code: 'unavailable' } });
    expect(reasons).toHaveLength(1);
  });
});

describe("the caller's address", () => {
  it('is what the framework takes it for, behind a proxy that it trusts', async () => {
    const requireAccess = expressGuard({ url: world.server.url });
    const app = express().set('trust proxy', 'loopback');
    app.get('/monitors', requireAccess('uptime', 'read'), (request, response) => {
      response.json(callerOf(request));
    });
    const { url } = await listening(app);
    const project = await world.project();
    const input = { project_id: project.id, allowed_ips: ['203.0.113.7'] };
    const { key } = await world.key(input);
    const from = (ip: string) => new Client({ url }, key.secret).with({ 'x-forwarded-for': ip });
    expect(outcome(await from('203.0.113.7').get('//monitors'))).toBe('200');
    expect(outcome(await from('203.0.113.8').get('//monitors'))).toBe('403 ip_not_allowed');
  });
});
