import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';
import { Premises } from '../start/latchkey-process.js';

let world: World;
let proxy: Proxy;
let premises: Premises;
beforeEach(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.config.databaseUrl);
  premises = await Premises.open();
});
afterEach(async () => {
  await premises.close();
  await world.close();
  await proxy.close();
});

/** Sends so many calls on one connection without waiting for the answers; gives the statuses. */
async function pipelined(url: string, token: string, count: number): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const call = `GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  socket.write(call.repeat(count));
  let text = '';
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);
  for await (const chunk of socket) {
    text += String(chunk);
    if (statuses().length === count) break;
  }
  return statuses();
}

/** Megabytes of memory that a process holds. */
function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

describe('a flood while the database does not answer', () => {
  it('503 for all of it, and the memory of the server stays flat', async () => {
    const { keyPeppers } = world.server.config;
    const { signingKey } = world.server;
    const server = premises.start({
      DATABASE_URL: proxy.url,
      KEY_PEPPER: keyPeppers.join(','),
      SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
      RATE_LIMIT_PER_MINUTE: '100000',
    });
    const url = await server.listening();
    const { key } = await world.key();
    const flood = () =>
      Promise.all(Array.from({ length: 20 }, () => pipelined(url, key.secret, 100)));
    expect(await pipelined(url, key.secret, 1)).toEqual(['200']);
    proxy.freeze();
    expect(new Set((await flood()).flat())).toEqual(new Set(['503']));
    const first = memoryOf(server.pid);
    for (let floods = 0; floods < 2; floods += 1)
      expect(new Set((await flood()).flat())).toEqual(new Set(['503']));
    expect(memoryOf(server.pid)).toBeLessThan(first + 80);
    proxy.mend();
    const deadline = AbortSignal.timeout(5_000);
    while ((await pipelined(url, key.secret, 1))[0] !== '200') deadline.throwIfAborted();
  });
});
