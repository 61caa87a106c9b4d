import { afterAll, beforeAll, expect, it } from 'vitest';
import { Latchkey } from '@latchkey/sdk';
import { Clock } from '../../harness/clock.js';
import { startProxy, type Proxy } from '../../harness/proxy.js';
import { World } from '../../harness/world.js';

const limit = 10;
let world: World;
let clock: Clock;
let proxy: Proxy;
beforeAll(async () => {
  world = await World.start({ rateLimitPerMinute: limit });
  clock = await Clock.stopped(world.server);
  proxy = await startProxy(world.server.url);
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});

const client = (timeoutMs: number) =>
  new Latchkey({ url: proxy.url, token: world.server.first.apiKey, timeoutMs });

it('429 is waited out for as long as Retry-After says', async () => {
  while ((await world.owner.get('/users/me')).status !== 429);
  // One more second, and the window is empty again.
  await clock.advance(59);
  const held = proxy.holdNextAnswer('HTTP/1.1 429');
  const call = client(20_000).projects.create({ name: 'Patient' });
  const pass = await held;
  await clock.advance(2);
  pass();
  expect((await call).name).toBe('Patient');
});

it('429 rate_limit_exceeded at once where the wait is longer than the call may take', async () => {
  while ((await world.owner.get('/users/me')).status !== 429);
  const sent = proxy.timesSent('GET /v1/users/me');
  const error: unknown = await client(5_000)
    .users.me()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
  expect(error).toHaveProperty('retryAfterSeconds', expect.any(Number));
  expect(proxy.timesSent('GET /v1/users/me')).toBe(sent + 1);
});
