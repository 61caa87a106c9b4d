import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../harness/client.js';
import { startServer, type TestServer } from '../harness/server.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

/** The status that a server answers a token with. */
async function statusOf(server: TestServer, token: string): Promise<number> {
  return (await new Client(server, token).get('/users/me')).status;
}

describe('KEY_PEPPER', () => {
  it('takes keys stored under an old pepper while it is listed, and stores new ones under the first', async () => {
    const { first, config } = world.server;
    const { databaseUrl, keyPeppers } = config;
    const current = 'the pepper that replaces the one before';
    const rotating = await startServer({ databaseUrl, keyPeppers: [current, ...keyPeppers] });
    const rotated = await startServer({ databaseUrl, keyPeppers: [current] });
    try {
      expect(await statusOf(rotating, first.apiKey)).toBe(200);
      const key = await world.created(
        '/api-keys',
        { name: 'New' },
        new Client(rotating, first.apiKey),
      );
      expect(await statusOf(rotating, key.secret)).toBe(200);
      expect(await statusOf(rotated, key.secret)).toBe(200);
      expect(await statusOf(rotated, first.apiKey)).toBe(401);
      expect(await statusOf(world.server, key.secret)).toBe(401);
    } finally {
      await rotating.close();
      await rotated.close();
    }
  });

  it('401 invalid_token for a key of another installation', async () => {
    const other = await startServer();
    try {
      expect(await statusOf(other, other.first.apiKey)).toBe(200);
      expect(await statusOf(other, world.server.first.apiKey)).toBe(401);
      expect(await statusOf(world.server, other.first.apiKey)).toBe(401);
    } finally {
      await other.close();
    }
  });
});
