import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isPublic, OutgoingCalls } from './outgoing-calls.js';

const opened: { server: Server; calls: OutgoingCalls }[] = [];
afterAll(async () => {
  for (const { server, calls } of opened) {
    await calls.onModuleDestroy();
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine, and calls that may reach it when its origin is listed. */
async function serve(listener: RequestListener, isListed = true) {
  let connections = 0;
  const server = createServer(listener).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  const calls = new OutgoingCalls({ privateIssuers: isListed ? [origin] : [] });
  opened.push({ server, calls });
  const get = (path = '/', at = origin, by = at) =>
    calls.make(`${at}${path}`, { method: 'GET', headers: {}, body: null }, by);
  return { get, origin, port, connections: () => connections };
}

describe('OutgoingCalls', () => {
  it('gives the answer of an origin that the operator listed', async () => {
    const { get } = await serve((_, response) => {
      response.setHeader('content-type', 'application/json').end('{"a":1}');
    });
    const answer = await get();
    expect([answer.status, await answer.json()]).toEqual([200, { a: 1 }]);
  });

  it('reaches nothing on this machine otherwise, whatever it is called', async () => {
    const { get, port, connections } = await serve((_, response) => void response.end(), false);
    const hosts = [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '0.0.0.0',
      '[::ffff:127.0.0.1]',
      '2130706433',
    ];
    for (const scheme of ['http', 'https'])
      for (const host of hosts)
        await expect(get('/', `${scheme}://${host}:${port}`)).rejects.toThrow(
          /may not|no answer|no public/,
        );
    expect(connections()).toBe(0);
  });

  it('reaches a listed origin only where a listed one sends it', async () => {
    const { get, origin, connections } = await serve((_, response) => void response.end());
    await expect(get('/', origin, 'https://login.example.com')).rejects.toThrow('may not');
    expect(connections()).toBe(0);
    expect((await get('/', origin, `${origin}/tenant`)).status).toBe(200);
  });

  it('follows no redirect', async () => {
    let calls = 0;
    const { get } = await serve((_, response) => {
      calls += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await get()).status).toBe(302);
    expect(calls).toBe(1);
  });

  it('fails for an answer of 500, one that is too large, and a connection that breaks', async () => {
    const { get } = await serve(({ url }, response) => {
      if (url === '/large') response.end(Buffer.alloc(130 * 1024));
      else if (url === '/broken') response.destroy();
      else response.writeHead(500).end();
    });
    await expect(get('/')).rejects.toThrow('status 500');
    for (const path of ['/large', '/broken']) await expect(get(path)).rejects.toThrow('no answer');
  });

  it('waits no longer than 5 seconds for an answer, or for the rest of one', async () => {
    const { get } = await serve(({ url }, response) => {
      if (url === '/slow') response.write('{');
    });
    const answers = ['/never', '/slow'].map((path) =>
      expect(get(path)).rejects.toThrow('no answer'),
    );
    await Promise.all(answers);
  }, 30_000);

  it('takes https only, unless the origin is listed as it stands', () => {
    const calls = new OutgoingCalls({ privateIssuers: ['http://login.internal:8080'] });
    const may = (address: string) => calls.mayCall(address);
    expect(may('https://login.example.com/tenant')).toBe(true);
    expect(may('http://login.internal:8080/x')).toBe(true);
    for (const address of [
      'http://login.example.com',
      'http://login.internal',
      'https://10.0.0.1',
      'https://[fd00::1]/',
      'file:///etc/passwd',
      'nonsense',
    ])
      expect(may(address)).toBe(false);
  });
});

describe('isPublic', () => {
  it('is false for every address of a private, local or reserved network', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const starts = [
      '10',
      '127',
      '0',
      '169.254',
      '172.16',
      '172.31',
      '192.168',
      '100.64',
      '224',
      '255',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), octet, octet, octet, (start, ...rest) => {
        const address = [start, ...rest].join('.').split('.').slice(0, 4).join('.');
        expect(isPublic(address)).toBe(false);
        expect(isPublic(`::ffff:${address}`)).toBe(false);
      }),
    );
    for (const address of [
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
    ])
      expect(isPublic(address)).toBe(false);
  });

  it('is true for addresses of the internet', () => {
    for (const address of ['1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111'])
      expect(isPublic(address)).toBe(true);
  });
});
