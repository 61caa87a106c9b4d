import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, callAll } from '../measuring/calls.mjs';
import { recordedCalls } from '../measuring/target.mjs';
import { betterAuth } from '../peers/better-auth/index.mjs';
import { empty } from '../peers/empty/index.mjs';
import { usualSql, usualTypeorm } from '../peers/usual-way/index.mjs';
import { openWorkbench } from './workbench.mjs';

const badToken = 'sk_0000000000000000000000000000000000000000000000000';
const calls = 300;

let workbench;
beforeAll(async () => (workbench = await openWorkbench()));
afterAll(() => workbench.close());

async function started(peer) {
  const databaseUrl = await workbench.database();
  const { environment, tokens } = await peer.prepare(databaseUrl, { keys: 20 });
  const server = await workbench.start(peer, environment);
  return { server, peer, databaseUrl, tokens, url: server.url + peer.path };
}

test('the empty route answers 200 without a body, to anybody', async () => {
  const { url, server } = await started(empty);
  expect(await call(url, badToken)).toMatchObject({ status: 200, body: '' });
  await server.stop();
});

describe.each([usualSql, usualTypeorm, betterAuth])('$title', (peer) => {
  let target;
  beforeAll(async () => (target = await started(peer)));
  afterAll(() => target.server.stop());

  test('200 without a body to a good key', async () => {
    expect(await call(target.url, target.tokens[0])).toMatchObject({ status: 200, body: '' });
  });

  test('401 to a bad key', async () => {
    expect(await call(target.url, badToken)).toMatchObject({ status: 401 });
  });

  test('the database knows of as many calls as were answered', async () => {
    const before = await recordedCalls(target);
    const tokens = Array.from({ length: calls }, (_, n) => target.tokens[n % target.tokens.length]);
    expect(await callAll(target.url, tokens, 64)).toEqual({ 200: calls });
    expect(await recordedCalls(target)).toBe(before + calls);
  });
});
