import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Latchkey } from '@latchkey/sdk';
import type { Json } from '../../harness/client.js';
import { startProxy, type Proxy } from '../../harness/proxy.js';
import { World } from '../../harness/world.js';

let world: World;
let proxy: Proxy;
let latchkey: Latchkey;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.url);
  latchkey = new Latchkey({ url: proxy.url, token: world.server.first.platformKey });
  project = await world.project();
});
afterEach(() => proxy.mend());
afterAll(async () => {
  await proxy.close();
  await world.close();
});

const reading = { product: 'uptime', access: 'read' } as const;

async function key(input: object = {}): Promise<{ id: string; secret: string }> {
  return (await world.key({ project_id: project.id, ...input })).key;
}

describe('verify()', () => {
  it('says who holds a token and how far it reaches', async () => {
    const { id, secret } = await key();
    expect(await latchkey.verify({ token: secret, ...reading })).toMatchObject({
      valid: true,
      code: null,
      organization_id: world.organizationId,
      project_id: project.id,
      member: { id: world.ownerId, type: 'human' },
      credential: { type: 'api_key', id },
      access: 'read_write',
    });
  });

  it('says why not, from the very next call after a key was revoked', async () => {
    const { id, secret } = await key();
    expect((await latchkey.verify({ token: secret, ...reading })).valid).toBe(true);
    await world.owner.delete(`/api-keys/${id}`);
    const check = await latchkey.verify({ token: secret, ...reading });
    expect([check.valid, check.code]).toEqual([false, 'invalid_token']);
  });

  it('goes by the address that it is told', async () => {
    const { secret } = await key({ allowed_ips: ['203.0.113.7'] });
    const from = async (ip: string) =>
      (await latchkey.verify({ token: secret, ...reading, ip })).code;
    expect(await from('203.0.113.7')).toBeNull();
    expect(await from('203.0.113.8')).toBe('ip_not_allowed');
  });

  it('is asked again when its answer is lost', async () => {
    const { secret } = await key();
    proxy.loseNextAnswer('HTTP/1.1 200');
    expect((await latchkey.verify({ token: secret, ...reading })).valid).toBe(true);
  });

  it('403 insufficient_permissions without a platform key, which says nothing of the token', async () => {
    const { secret } = await key();
    const other = new Latchkey({ url: proxy.url, token: world.server.first.apiKey });
    const call = other.verify({ token: secret, ...reading });
    await expect(call).rejects.toMatchObject({ status: 403, code: 'insufficient_permissions' });
  });
});

describe('verifyBatch()', () => {
  it('gives an answer to each, in their order', async () => {
    const { secret } = await key({ product_scopes: { uptime: 'read' } });
    const results = await latchkey.verifyBatch([
      { token: secret, ...reading },
      { token: 'sk_nonsense', ...reading },
      { token: secret, product: 'uptime', access: 'read_write' },
    ]);
    expect(results.map(({ code }) => code)).toEqual([
      null,
      'invalid_token',
      'insufficient_permissions',
    ]);
  });
});
