import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { call, callAll } from '../measuring/calls.mjs';
import { recordedCalls } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { idOf } from '../seeding/ids.mjs';
import { seedInstallation } from '../seeding/installation.mjs';
import { openWorkbench } from './workbench.mjs';

const organizations = 40;

let workbench, installation, target, url;
beforeAll(async () => {
  workbench = await openWorkbench();
  installation = await seedInstallation(await workbench.database(), organizations);
  const server = await workbench.start(latchkey, installation.environment);
  target = { peer: latchkey, server, databaseUrl: installation.databaseUrl };
  url = server.url + latchkey.path;
});
afterAll(() => workbench.close());

test('200 to every seeded key that is called with', async () => {
  const tokens = callersOf(installation);
  expect(await callAll(url, tokens, 64)).toEqual({ 200: tokens.length });
});

test('200 without a body, and with the limit and the caller in the headers', async () => {
  const { status, body, headers } = await call(url, installation.callersOf(2)[0]);
  expect({ status, body }).toEqual({ status: 200, body: '' });
  expect(headers).toMatchObject({
    'ratelimit-policy': '"organization";q=100000;w=60',
    'x-auth-organization-id': idOf('organization', 2),
    'x-auth-project-id': idOf('project', 2),
    'x-auth-access': 'read',
  });
});

test('401 to an unknown key', async () => {
  expect(await call(url, mintToken('sk'))).toMatchObject({ status: 401 });
});

test('403 to a key that asks for more than it has', async () => {
  const asked = url.replace('access=read', 'access=read_write');
  expect(await call(asked, installation.callersOf(1)[0])).toMatchObject({ status: 403 });
});

test('as many events as answered calls, over many organizations and on one', async () => {
  for (const tokens of [callersOf(installation), installation.callersOf(1)]) {
    const before = await recordedCalls(target);
    const calls = Array.from({ length: 640 }, (_, n) => tokens[n % tokens.length]);
    expect(await callAll(url, calls, 64)).toEqual({ 200: calls.length });
    expect(await recordedCalls(target)).toBe(before + calls.length);
  }
});

test('of 300 parallel calls against a limit of 100 exactly 100 are let in', async () => {
  const fresh = await seedInstallation(await workbench.database(), 2);
  const environment = { ...fresh.environment, RATE_LIMIT_PER_MINUTE: '100' };
  const server = await workbench.start(latchkey, environment);
  const tokens = fresh.callersOf(2);
  const calls = Array.from({ length: 300 }, (_, n) => tokens[n % tokens.length]);
  expect(await callAll(server.url + latchkey.path, calls, 64)).toEqual({ 200: 100, 429: 200 });
});
