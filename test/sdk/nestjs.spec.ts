import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, outcome, type Answer } from '../harness/client.js';
import { World } from '../harness/world.js';
import type { ProtectedApp } from './protected-app.js';
import { startNestOnExpress } from './protected-nest-app.js';

let world: World;
let strict: ProtectedApp;
let lenient: ProtectedApp;
let reader: string;
beforeAll(async () => {
  world = await World.start();
  const { url } = world.server;
  [strict, lenient] = await Promise.all([
    startNestOnExpress({ url, denyByDefault: true }),
    startNestOnExpress({ url }),
  ]);
  const { id } = await world.project();
  const product_scopes = { incidents: 'read' };
  reader = (await world.key({ project_id: id, product_scopes })).key.secret;
});
afterAll(async () => {
  await Promise.all([strict.close(), lenient.close()]);
  await world.close();
});

const get = (app: ProtectedApp, path: string, token: string | null = null): Promise<Answer> =>
  new Client(app, token).get(`//${path}`);

describe('@RequireAccess() of a class', () => {
  it('goes for its routes', async () => {
    expect(outcome(await get(strict, 'class/declared'))).toBe('401 missing_token');
    expect((await get(strict, 'class/declared', reader)).text).toBe('for readers of incidents');
  });

  it('leaves alone what declares its own', async () => {
    expect((await get(strict, 'class/open')).text).toBe('for everybody');
  });
});

describe('a route that declares nothing', () => {
  it('403 whoever calls, where denyByDefault is on', async () => {
    for (const token of [null, reader, world.server.first.apiKey])
      expect((await get(strict, 'undeclared', token)).status).toBe(403);
  });

  it('is open where it is off', async () => {
    expect((await get(lenient, 'undeclared')).text).toBe('nobody thought of it');
  });
});

describe('@Caller()', () => {
  it('500 on a route that lets in everybody: there is no caller', async () => {
    expect((await get(strict, 'nobody', reader)).status).toBe(500);
  });
});
