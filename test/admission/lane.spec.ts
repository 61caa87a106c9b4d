import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdmissionCase } from '../../dist/src/access/admission/admission-case.js';
import type { CaseValues } from '../../dist/src/access/admission/admission-columns.js';
import { AdmissionLane } from '../../dist/src/access/admission/admission-lane.js';
import type {
  AdmissionInput,
  AdmissionOutputCall,
} from '../../dist/src/access/admission/admission-statement.js';
import { DedicatedConnection } from '../../dist/src/platform/database/dedicated-connection.js';
import { startProxy } from '../harness/proxy.js';
import { World } from '../harness/world.js';

let world: World;
let connection: DedicatedConnection;
beforeAll(async () => {
  world = await World.start();
  connection = new DedicatedConnection(world.server.config.databaseUrl, 10_000);
});
afterAll(async () => {
  await connection.close();
  await world.close();
});

/** A call, with some of what it brings changed. */
function input(changes: Partial<CaseValues & AdmissionInput> = {}): AdmissionInput {
  const given = {
    organizationId: world.organizationId,
    bucketId: world.organizationId,
    limit: 1_000,
    version: 0,
    platformVersion: 0,
    from: null,
    until: null,
    action: 'api_key.used',
    outcome: 'allowed' as const,
    code: null,
    projectId: null,
    actorType: 'human',
    actorId: world.ownerId,
    actorName: 'Owner',
    credentialType: 'api_key',
    credentialId: v7(),
    credentialPrefix: 'sk_1234567',
    product: null,
    access: null,
    requestId: v7(),
    requestMethod: 'GET',
    requestRoute: '/',
    requestIp: '127.0.0.1',
    requestUserAgent: null,
    ...changes,
  };
  return { ...given, start: new AdmissionCase(given) };
}

/** Sends the calls as one batch and tells what became of each. */
function outcomes(
  inputs: readonly AdmissionInput[],
  lane = new AdmissionLane(connection, false, () => {}),
): Promise<string[]> {
  const settled = inputs.map(
    (call) =>
      new Promise<string>((resolve) => {
        const settle = ([, verdict]: AdmissionOutputCall) => resolve(verdict);
        lane.join({
          input: call,
          since: performance.now(),
          passedOver: 0,
          settle,
          fail: () => resolve('failed'),
        });
      }),
  );
  return Promise.all(settled);
}

describe('a batch', () => {
  it('fails only the one call of thirty whose data the database refuses', async () => {
    const spoiled = { actorName: 'NUL \0 and a lone surrogate \ud800' };
    const inputs = Array.from({ length: 30 }, (_, i) => input(i === 17 ? spoiled : {}));
    const expected = Array.from({ length: 30 }, (_, i) => (i === 17 ? 'failed' : 'admitted'));
    expect(await outcomes(inputs)).toEqual(expected);
  });

  it('admits as many as there are places and refuses the rest', async () => {
    await world.server.sql('UPDATE gate SET counted = 0, second = 0');
    const verdicts = await outcomes(Array.from({ length: 30 }, () => input({ limit: 20 })));
    expect(verdicts.filter((verdict) => verdict === 'admitted')).toHaveLength(20);
    expect(verdicts.filter((verdict) => verdict === 'limited')).toHaveLength(10);
  });

  it('quotes what comes from the request: it forges no field of the event', async () => {
    const route = '/x","outcome":"denied","code":"forged';
    const call = input({ requestRoute: route });
    expect(await outcomes([call])).toEqual(['admitted']);
    const rows = await world.server.sql(
      'SELECT outcome, code, request_route FROM audit_event WHERE request_id = $1',
      [call.requestId],
    );
    expect(rows).toEqual([{ outcome: 'allowed', code: null, request_route: route }]);
  });
});

/** How many calls were committed together, in order. */
async function batchesOf(requestRoute: string): Promise<number[]> {
  const batches = await world.server.sql<{ calls: number }>(
    `SELECT count(*)::int AS calls FROM audit_event WHERE request_route = $1 GROUP BY xmin ORDER BY min(seq)`,
    [requestRoute],
  );
  return batches.map(({ calls }) => calls);
}

describe('calls that come while a batch is under way', () => {
  it('go behind it once they are as many, else together after it: batches do not become small', async () => {
    const holder = new DedicatedConnection(world.server.config.databaseUrl, 10_000);
    const lane = new AdmissionLane(connection, false, () => {});
    const requestRoute = '/batches';
    const settled: Promise<string[]>[] = [];
    await holder.transaction(async () => {
      await holder.run('hold_audit_log', 'LOCK TABLE audit_event IN SHARE MODE', []);
      for (const amount of [32, 40, 3, 2]) {
        const calls = Array.from({ length: amount }, () => input({ requestRoute }));
        settled.push(outcomes(calls, lane));
        await setImmediate();
      }
    });
    await Promise.all(settled);
    expect(await batchesOf(requestRoute)).toEqual([32, 32, 13]);
    await holder.close();
  });
});

describe('where a commit takes long', () => {
  it('callers who come back at once go with those who waited meanwhile, in one batch instead of two', async () => {
    const holder = new DedicatedConnection(world.server.config.databaseUrl, 10_000);
    const lane = new AdmissionLane(connection, false, () => {});
    const requestRoute = '/slow-commits';
    const rounds = 3;
    const caller = async () => {
      for (let round = 1; round <= rounds; round += 1)
        await outcomes([input({ requestRoute })], lane);
    };
    const callers: Promise<void>[] = [];
    await holder.transaction(async () => {
      await holder.run('hold_audit_log', 'LOCK TABLE audit_event IN SHARE MODE', []);
      callers.push(caller(), caller());
      await setImmediate();
      callers.push(caller());
      await sleep(50);
    });
    await Promise.all(callers);
    expect(await batchesOf(requestRoute)).toEqual([2, 3, 3, 1]);
    await holder.close();
  });
});

describe('three lanes that wait for the gates of 30 organizations at once', () => {
  it('never wait for each other in a circle: every call of every batch is admitted', async () => {
    const ids = Array.from({ length: 30 }, () => v7());
    await world.server.sql('INSERT INTO gate (id) SELECT unnest($1::uuid[])', [ids]);
    const { databaseUrl } = world.server.config;
    const connections = Array.from(
      { length: 3 },
      // A deadlock is to be found before anyone gives up waiting.
      () => new DedicatedConnection(databaseUrl, 10_000, { deadlock_timeout: '10ms' }),
    );
    const verdicts = connections.map(async (waiting) => {
      const lane = new AdmissionLane(waiting, true, () => {});
      const all: string[] = [];
      for (let batches = 0; batches < 20; batches += 1) {
        const order = ids.toSorted(() => Math.random() - 0.5);
        const calls = order.map((id) => input({ organizationId: id, bucketId: id }));
        all.push(...(await outcomes(calls, lane)));
      }
      return all;
    });
    expect(new Set((await Promise.all(verdicts)).flat())).toEqual(new Set(['admitted']));
    await Promise.all(connections.map((waiting) => waiting.close()));
  });
});

describe('a lane to a database that does not answer', () => {
  it('takes no more calls than it has room for: those beyond are refused at once', async () => {
    const proxy = await startProxy(world.server.config.databaseUrl);
    const frozen = new DedicatedConnection(proxy.url, 500);
    proxy.freeze();
    const lane = new AdmissionLane(frozen, false, () => {});
    const call = input();
    const refused: unknown[] = [];
    const room = 10_000;
    const waited = Array.from(
      { length: 2 * room },
      () =>
        new Promise<void>((resolve) => {
          const fail = (error: unknown) => {
            refused.push(error);
            resolve();
          };
          lane.join({
            input: call,
            since: performance.now(),
            passedOver: 0,
            settle: () => resolve(),
            fail,
          });
        }),
    );
    expect(refused.length).toBeGreaterThanOrEqual(room);
    await Promise.all(waited);
    expect(refused).toHaveLength(2 * room);
    expect(refused.every((error) => error instanceof Error)).toBe(true);
    await frozen.close();
    await proxy.close();
  });
});
