import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { allCounted, sealedLog, unlinked, type SealedEvent } from '../audit-chain/audit-log.js';
import { killIfAlive } from '../embedded/harness.js';
import { Client } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Premises, type LatchkeyProcess } from '../start/latchkey-process.js';
import { Load } from './answered-calls.js';

let premises: Premises;
beforeEach(async () => {
  premises = await Premises.open();
});
afterEach(() => premises.close());

/** Starting a server twenty times takes its time on a busy machine. */
const timeout = 150_000;

const aMoment = () => sleep(50 + Math.random() * 250);

/** The key that the load calls with: it is given a new secret now and then. */
async function keyOf(owner: Client) {
  const { body: key } = await owner.post('/api-keys', { name: 'Load' });
  let secret: string = key.secret;
  return {
    id: key.id as string,
    secret: () => secret,
    rotate: async (by: Client) => {
      const { body } = await by.post(`/api-keys/${key.id}/rotate`, { overlap_seconds: 3_600 });
      secret = body.secret;
    },
  };
}

/** What does not add up between the answers that were given, the audit log and the key's totals. */
async function discrepancies(load: Load, owner: Client, keyId: string) {
  const log = await sealedLog(owner);
  const told = log.map((event) => nameOf(event.request?.id, event.action));
  const expected = load.answered.flatMap(({ requestId, actions }) =>
    actions.map((action) => nameOf(requestId, action)),
  );
  const used = log.filter((event) => event.action === 'api_key.used' && isOf(event, keyId));
  const { body: key } = await owner.get(`/api-keys/${keyId}`);
  return {
    unexpected: load.unexpected,
    unlinked: unlinked(log),
    lost: expected.filter((name) => !told.includes(name)),
    twice: told.filter((name, i) => told.indexOf(name) !== i),
    miscounted: key.request_count - used.length,
    lastUse: [key.last_used_at, used.at(-1)?.occurred_at].filter((at, _, [first]) => at !== first),
  };
}

const none = { unexpected: [], unlinked: [], lost: [], twice: [], miscounted: 0, lastUse: [] };

function nameOf(requestId: string | undefined, action: string): string {
  return `${action} ${requestId}`;
}

function isOf({ credential }: SealedEvent, keyId: string): boolean {
  return credential?.id === keyId;
}

describe('kill -9 at random moments under load', () => {
  it(
    'of 3 instances, 14 times in all: every answered call and change has its event, once',
    async () => {
      const world = await World.start();
      const { databaseUrl, keyPeppers } = world.server.config;
      const { signingKey } = world.server;
      const start = () =>
        premises.start({
          DATABASE_URL: databaseUrl,
          KEY_PEPPER: keyPeppers.join(','),
          SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
          RATE_LIMIT_PER_MINUTE: '100000',
        });
      const instances = [start(), start(), start()];
      const urls = await Promise.all(instances.map((instance) => instance.listening()));
      const key = await keyOf(world.owner);
      let turn = 0;
      const load = new Load(9, () => urls[(turn += 1) % 3] ?? '', key.secret);
      for (let round = 0; round < 7; round += 1) {
        const killed = [round % 3, (round + 1) % 3];
        await Promise.all(
          killed.map(async (i) => {
            await aMoment();
            await instances[i]?.kill('SIGKILL');
            const next = start();
            instances[i] = next;
            urls[i] = await next.listening();
          }),
        );
        await key.rotate(world.owner);
      }
      await load.stop();
      expect(load.answered.length).toBeGreaterThan(20);
      expect(await discrepancies(load, world.owner, key.id)).toEqual(none);
      await allCounted(world);
      const [row] = await world.server.sql(
        `SELECT calls = (SELECT sum(calls) FROM usage_day WHERE credential_id = $1) AS by_day_too
       FROM api_key_usage WHERE api_key_id = $1`,
        [key.id],
      );
      expect(row).toEqual({ by_day_too: true });
      await world.close();
    },
    timeout,
  );

  it(
    'of the server, alone and with its embedded PostgreSQL, 6 times: likewise',
    async () => {
      let server: LatchkeyProcess = premises.start({ RATE_LIMIT_PER_MINUTE: '100000' });
      const secret = await server.announced('API_KEY');
      let url = await server.listening();
      const key = await keyOf(new Client({ url }, secret));
      const load = new Load(6, () => url, key.secret);
      for (let kills = 0; kills < 6; kills += 1) {
        await aMoment();
        const postgres = kills % 2 === 0 ? [] : premises.postgresProcesses();
        const ended = server.kill('SIGKILL');
        for (const pid of postgres) killIfAlive(pid, 'SIGKILL');
        await ended;
        server = premises.start({ RATE_LIMIT_PER_MINUTE: '100000' });
        url = await server.listening();
        await key.rotate(new Client({ url }, secret));
      }
      await load.stop();
      expect(load.answered.length).toBeGreaterThan(20);
      expect(await discrepancies(load, new Client({ url }, secret), key.id)).toEqual(none);
    },
    timeout,
  );
});
