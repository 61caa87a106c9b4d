import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../dist/src/access/index.js';
import { AppModule } from '../../dist/src/app.module.js';
import { createApplication } from '../../dist/src/platform/http/create-application.js';
import { LimitedPerAddress } from '../../dist/src/platform/throttling/limited-per-address.js';
import { Client } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

@Controller('probe')
class Probe {
  @Get('one')
  @Public()
  @LimitedPerAddress()
  one(): void {}

  @Post('other')
  @Public()
  @LimitedPerAddress()
  other(): void {}
}

@Module({ imports: [AppModule], controllers: [Probe] })
class AppWithProbe {}

let world: World;
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  ({ app, url } = await instance(['127.0.0.1']));
});
afterAll(async () => {
  await app.close();
  await world.close();
});

/** An instance on the world's database that has two more public endpoints. */
async function instance(trustedProxies: string[]) {
  const { config, url: publicUrl } = world.server;
  const started = await createApplication(AppWithProbe, { ...config, publicUrl, trustedProxies });
  await started.listen(0, config.host);
  return { app: started, url: await started.getUrl() };
}

const from = (address: string, at = url) =>
  new Client({ url: at }, null).with({ 'x-forwarded-for': address });

/** Calls until it is refused, and gives how many were let through. */
async function callsOf(client: Client, method = 'GET', path = '/probe/one'): Promise<number> {
  for (let calls = 0; calls < 50; calls += 1) {
    const answer = await client.call(method, path);
    if (outcome(answer) === '429 rate_limit_exceeded') return calls;
    expect(answer.status).toBeLessThan(300);
  }
  throw new Error('was never refused');
}

describe('20 calls a minute', () => {
  it('are for each address', async () => {
    expect(await callsOf(from('192.0.2.1'))).toBe(20);
    expect(await callsOf(from('192.0.2.2'))).toBe(20);
  });

  it('are for each endpoint', async () => {
    expect(await callsOf(from('192.0.2.3'))).toBe(20);
    expect(await callsOf(from('192.0.2.3'), 'POST', '/probe/other')).toBe(20);
  });

  it('are for all addresses of an IPv6 network of 64 bits together, and for each network', async () => {
    expect(await callsOf(from('2001:db8:1:1::1'))).toBe(20);
    expect(await callsOf(from('2001:DB8:1:1:ffff:ffff:ffff:ffff'))).toBe(0);
    expect(await callsOf(from('2001:db8:1:2::1'))).toBe(20);
  });

  it('are the same for an IPv4 address in its IPv6 form', async () => {
    expect(await callsOf(from('192.0.2.4'))).toBe(20);
    expect(await callsOf(from('::ffff:192.0.2.4'))).toBe(0);
  });

  it('are for the address that a trusted proxy names, whatever the caller claims before it', async () => {
    expect(await callsOf(from('198.51.100.1, 192.0.2.5'))).toBe(20);
    expect(await callsOf(from('198.51.100.2, 192.0.2.5'))).toBe(0);
    expect(await callsOf(from('198.51.100.1'))).toBe(20);
  });

  it('are for the connection’s address where no proxy is trusted, whatever the header says', async () => {
    const untrusting = await instance([]);
    expect(await callsOf(from('192.0.2.6', untrusting.url))).toBe(20);
    expect(await callsOf(from('192.0.2.7', untrusting.url))).toBe(0);
    await untrusting.app.close();
  });
});

it('what is kept of an address does not tell it', async () => {
  await from('203.0.113.77').get('/probe/one');
  const rows = await world.server.sql<{ key: string }>('SELECT key FROM address_calls');
  expect(rows.length).toBeGreaterThan(0);
  for (const { key } of rows) expect(key).toMatch(/^[0-9a-f]{64}$/);
});
