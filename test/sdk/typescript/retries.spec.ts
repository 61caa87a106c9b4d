import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Latchkey, LatchkeyError, LatchkeyUnreachable } from '@latchkey/sdk';
import { cutOff } from '../../harness/outage.js';
import { startProxy, type Proxy } from '../../harness/proxy.js';
import { World } from '../../harness/world.js';

let world: World;
let proxy: Proxy;
beforeAll(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.url);
});
afterEach(() => proxy.mend());
afterAll(async () => {
  await proxy.close();
  await world.close();
});

/** The SDK, by way of a network that can be spoiled. */
function client(options: { maxRetries?: number; timeoutMs?: number } = {}): Latchkey {
  return new Latchkey({ url: proxy.url, token: world.server.first.apiKey, ...options });
}

async function names(): Promise<string[]> {
  const all: string[] = [];
  for await (const { name } of client().projects.all()) all.push(name);
  return all;
}

const thrownBy = (call: Promise<unknown>) => call.catch((error: unknown) => error);

describe('an answer that is lost', () => {
  it('of a GET is asked for again', async () => {
    proxy.loseNextAnswer('HTTP/1.1 200');
    expect((await client().users.me()).type).toBe('human');
  });

  it('of a POST is asked for again, and what it made is made once', async () => {
    proxy.loseNextAnswer('HTTP/1.1 201');
    const project = await client().projects.create({ name: 'Once' });
    expect(project.name).toBe('Once');
    expect((await names()).filter((name) => name === 'Once')).toHaveLength(1);
  });

  it('of a POST that makes a secret is asked for again, and has none any more', async () => {
    proxy.loseNextAnswer('HTTP/1.1 201');
    const key = await client().apiKeys.create({ name: 'Once' });
    expect([key.name, key.secret]).toEqual(['Once', null]);
  });

  it('of a DELETE is asked for again', async () => {
    const key = await client().apiKeys.create({ name: 'Gone' });
    proxy.loseNextAnswer('HTTP/1.1 204');
    await client().apiKeys.revoke(key.id);
    expect((await client().apiKeys.get(key.id)).status).toBe('revoked');
  });

  it('of a PATCH is not asked for again: somebody may have changed it since', async () => {
    const { id } = await client().projects.create({ name: 'Before' });
    proxy.loseNextAnswer('HTTP/1.1 200');
    const before = proxy.timesSent(`PATCH /v1/projects/${id}`);
    expect(await thrownBy(client().projects.update(id, { name: 'After' }))).toBeInstanceOf(
      LatchkeyUnreachable,
    );
    expect(proxy.timesSent(`PATCH /v1/projects/${id}`)).toBe(before + 1);
  });

  it('of a login, which takes no Idempotency-Key, is not asked for again', async () => {
    const { email } = await world.human();
    proxy.loseNextAnswer('HTTP/1.1 200');
    const login = client().logins.login({ email, password: 'a password for tests only' });
    expect(await thrownBy(login)).toBeInstanceOf(LatchkeyUnreachable);
    expect(proxy.timesSent('POST /v1/auth/login')).toBe(1);
  });
});

describe('an Idempotency-Key', () => {
  it('of your own names the call over several of them', async () => {
    const once = { idempotencyKey: 'order-4711' };
    const one = await client().projects.create({ name: 'Ordered' }, once);
    expect((await client().projects.create({ name: 'Ordered' }, once)).id).toBe(one.id);
    const other = await thrownBy(client().projects.create({ name: 'Another' }, once));
    expect(other).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });
});

describe('a server without its database', () => {
  it('503 unavailable is asked again, until it answers', async () => {
    const back = await cutOff(world.server);
    const call = client({ maxRetries: 8 }).users.me();
    const refused = await thrownBy(client({ maxRetries: 0 }).users.me());
    expect(refused).toBeInstanceOf(LatchkeyError);
    expect(refused).toMatchObject({ status: 503, code: 'unavailable' });
    await back();
    expect((await call).type).toBe('human');
  });
});

describe('a server that is gone', () => {
  it('throws LatchkeyUnreachable with why, after so many tries', async () => {
    proxy.cut();
    const error = await thrownBy(client({ maxRetries: 1 }).users.me());
    expect(error).toBeInstanceOf(LatchkeyUnreachable);
    expect((error as Error).message).toMatch(/^Latchkey cannot be reached: ./);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });
});

describe('a call without a limit of time', () => {
  it('is answered, however the timers of the runtime take that', async () => {
    expect((await client({ timeoutMs: Infinity }).users.me()).type).toBe('human');
  });
});

describe('a server that says nothing', () => {
  it('is given up after the time that a call may take', async () => {
    proxy.freeze();
    const error = await thrownBy(client({ timeoutMs: 200 }).users.me());
    expect(error).toMatchObject({ message: 'Latchkey cannot be reached: no answer within 200 ms' });
    const own = await thrownBy(client().users.me({ timeoutMs: 100 }));
    expect(own).toMatchObject({ message: 'Latchkey cannot be reached: no answer within 100 ms' });
  });

  it("is left alone when the caller's own signal says so, with its reason", async () => {
    proxy.freeze();
    const stop = new AbortController();
    const call = thrownBy(client().users.me({ signal: stop.signal }));
    const reason = new Error('not needed any more');
    stop.abort(reason);
    expect(await call).toBe(reason);
    expect(await thrownBy(client().users.me({ signal: stop.signal }))).toBe(reason);
  });

  it('is not asked again by a caller who has left during the pause', async () => {
    proxy.cut();
    const stop = new AbortController();
    const reason = new Error('left');
    const call = thrownBy(client({ maxRetries: 50 }).users.me({ signal: stop.signal }));
    setTimeout(() => stop.abort(reason), 300);
    expect(await call).toBe(reason);
  });
});
