import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FreshEvents } from '../../dist/src/access/audit-chain/fresh-events.js';
import { RefusedCallersRepository } from '../../dist/src/access/refused-callers/refused-callers.repository.js';
import { RefusedCallers } from '../../dist/src/access/refused-callers/refused-callers.js';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { sealedLog, unlinked } from '../audit-chain/audit-log.js';
import { Client } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { outcome } from '../harness/outcome.js';
import { startProxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';
import { Premises } from '../start/latchkey-process.js';
import { told } from './unknown-log.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const stranger = () => world.client(mintToken('sk'));

describe('503 unavailable, and not 401, for an unknown token', () => {
  it('while the database is away, and 401 once it is back', async () => {
    const restore = await cutOff(world.server);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => stranger().get('/users/me')),
    );
    expect(new Set(answers.map(outcome))).toEqual(new Set(['503 unavailable']));
    await restore();
    expect(outcome(await stranger().get('/users/me'))).toBe('401 invalid_token');
    expect(await told(world.server)).toEqual({ calls: 1, events: 1 });
  });

  it('when its event cannot be written', async () => {
    await world.server.sql(
      `ALTER TABLE audit_event ADD CONSTRAINT never CHECK (action <> 'unknown_token.used')`,
    );
    expect(outcome(await stranger().get('/users/me'))).toBe('503 unavailable');
    expect(outcome(await world.owner.get('/users/me'))).toBe('200');
  });

  it('while a slow change holds the operator’s gate', async () => {
    const holder = new pg.Client({ connectionString: world.server.config.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN; SELECT 1 FROM gate FOR UPDATE');
    expect(outcome(await stranger().get('/users/me'))).toBe('503 unavailable');
    await holder.end();
    expect(outcome(await stranger().get('/users/me'))).toBe('401 invalid_token');
    expect(await told(world.server)).toEqual({ calls: 1, events: 1 });
  });

  it('while the network to the database is frozen, not closed', async () => {
    const proxy = await startProxy(world.server.config.databaseUrl);
    const instance = await world.server.sibling(proxy.url);
    const client = () => new Client(instance, 'a.b.c');
    expect(outcome(await client().get('/users/me'))).toBe('401 invalid_token');
    proxy.freeze();
    expect(outcome(await client().get('/users/me'))).toBe('503 unavailable');
    proxy.mend();
    expect(outcome(await client().get('/users/me'))).toBe('401 invalid_token');
    await proxy.close();
  });

  it('for who comes when a thousand calls wait; those are all told', async () => {
    const repository = new RefusedCallersRepository(world.server.config, new FreshEvents());
    const refusedCallers = new RefusedCallers(repository);
    const call = (i: number) => {
      const ip = `192.0.2.${i % 200}`;
      return { id: randomUUID(), method: 'GET', route: '/', ip, userAgent: '\ud800\0' };
    };
    const calls = Array.from({ length: 1_200 }, (_, i) =>
      refusedCallers.unknownToken(mintToken('sk'), call(i)),
    );
    const settled = await Promise.allSettled(calls);
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(200);
    for (const refusal of refused)
      expect(refusal).toMatchObject({ reason: { code: 'unavailable' } });
    expect(await told(world.server)).toEqual({ calls: 1_000, events: 200 });
    await repository.onApplicationShutdown();
  });
});

describe('kill -9 of an instance that refuses unknown tokens', () => {
  it('loses none that was answered, and leaves a chain that verifies', async () => {
    const premises = await Premises.open();
    const { databaseUrl, keyPeppers } = world.server.config;
    const { signingKey } = world.server;
    let answered = 0;
    for (let kills = 0; kills < 3; kills += 1) {
      const server = premises.start({
        DATABASE_URL: databaseUrl,
        KEY_PEPPER: keyPeppers.join(','),
        SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
        HOST: '127.0.0.1',
      });
      const client = await server.client(mintToken('sk'));
      const goal = answered + 40 + kills * 7;
      const flood = Array.from({ length: 32 }, async () => {
        for (;;) {
          const { status } = await client.get('/users/me');
          if (status === 401) answered += 1;
          if (answered >= goal) await server.kill('SIGKILL');
        }
      });
      await Promise.allSettled(flood);
    }
    expect(answered).toBeGreaterThanOrEqual(134);
    const { calls, events } = await told(world.server);
    expect(calls).toBeGreaterThanOrEqual(answered);
    expect(events).toBeLessThan(calls);
    expect(unlinked(await sealedLog(world.platform))).toEqual([]);
    await premises.close();
  });
});
