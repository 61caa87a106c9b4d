import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, outcome, type Answer } from '../harness/client.js';
import { startProxy, type Proxy } from '../harness/proxy.js';
import { password, World } from '../harness/world.js';

let world: World;
let proxy: Proxy;
/** An instance that reaches the database by way of the proxy. */
let instance: { readonly url: string };
let owner: Client;
beforeEach(async () => {
  world = await World.start();
  proxy = await startProxy(world.server.config.databaseUrl);
  instance = await world.server.sibling(proxy.url);
  owner = new Client(instance, world.server.first.apiKey);
});
afterEach(async () => {
  proxy.mend();
  await world.close();
  await proxy.close();
});

/** What a call is answered, and whether that took longer than the contract lets it, with some room for a busy machine. */
async function answerInTime(call: Promise<Answer>): Promise<string> {
  const start = performance.now();
  const answer = outcome(await call);
  const seconds = (performance.now() - start) / 1_000;
  return seconds < 3 ? answer : `${answer} after ${seconds} seconds`;
}

/** Calls for which the server has to read from the database first: it knows neither key. */
async function callsByStrangers(): Promise<() => Promise<Answer>[]> {
  const { email } = await world.human('admin');
  const keys = await Promise.all(Array.from({ length: 12 }, () => world.key()));
  const anyone = new Client(instance, null);
  return () => [
    ...keys.map(({ key }) => new Client(instance, key.secret).get('/users/me')),
    anyone.post('/auth/login', { email, password }),
    anyone.get('//health/ready'),
  ];
}

const unavailable = new Set(['503 unavailable']);

describe('a network that is frozen, not closed', () => {
  it('503 unavailable in time for calls of which nothing is known yet', async () => {
    const { key } = await world.key();
    const { email } = await world.human('admin');
    const anyone = new Client(instance, null);
    proxy.freeze();
    const calls = [
      new Client(instance, key.secret).get('/users/me'),
      ...Array.from({ length: 12 }, () => anyone.get('//health/ready')),
      anyone.post('/auth/login', { email, password }),
    ];
    expect(new Set(await Promise.all(calls.map(answerInTime)))).toEqual(unavailable);
  });

  it('503 unavailable in time for calls that wait behind others', async () => {
    await owner.get('/users/me');
    proxy.freeze();
    const answers = Array.from({ length: 20 }, () => answerInTime(owner.get('/users/me')));
    expect(new Set(await Promise.all(answers))).toEqual(unavailable);
  });

  it('503 unavailable in time for calls whose reading waits behind another', async () => {
    const calls = await callsByStrangers();
    proxy.freeze();
    const answers = await Promise.all([...calls(), ...calls()].map(answerInTime));
    expect(new Set(answers)).toEqual(unavailable);
  });

  it('503 unavailable in time for a change that was admitted before, and it is not made', async () => {
    await owner.get('/users/me');
    const admitted = proxy.holdNextAnswer('admitted');
    const change = answerInTime(owner.post('/projects', { name: 'Never' }));
    const letThrough = await admitted;
    proxy.freeze();
    letThrough();
    expect(await change).toBe('503 unavailable');
    expect((await world.owner.get('/projects')).body.data).toEqual([]);
  });

  it('leaves no connection behind that nobody answers on: every call is answered once it is mended', async () => {
    const calls = await callsByStrangers();
    await Promise.all([...calls(), owner.get('/projects')]);
    proxy.freeze();
    await Promise.all([...calls(), owner.get('/users/me')]);
    proxy.mend();
    const deadline = AbortSignal.timeout(5_000);
    while ((await owner.get('/users/me')).status !== 200) deadline.throwIfAborted();
    const projects = Array.from({ length: 12 }, () => owner.get('/projects'));
    const answers = await Promise.all([...calls(), ...projects]);
    expect(new Set(answers.map(outcome))).toEqual(new Set(['200']));
  });
});

describe('a database that is slow', () => {
  it('201 for a change that it is still at work on when an answer is late', async () => {
    await world.server.sql(
      `CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END'`,
    );
    await world.server.sql(
      'CREATE TRIGGER slowly BEFORE INSERT ON project FOR EACH ROW EXECUTE FUNCTION slowly()',
    );
    expect(outcome(await owner.post('/projects', { name: 'Slow' }))).toBe('201');
  });
});
