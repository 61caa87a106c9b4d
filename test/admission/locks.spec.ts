import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorId } from '../../dist/src/access/credential-state.js';
import { Client, outcome, type Answer } from '../harness/client.js';
import { startProxy } from '../harness/proxy.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
beforeEach(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterEach(() => world.close());

/** Holds a gate, as a slow change does, until the connection that is given is ended. */
async function holding(gateId: string): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: world.server.config.databaseUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM gate WHERE id = $1 FOR UPDATE', [gateId]);
  return holder;
}

/** Comes back when so many statements wait for a lock. */
async function waiters(count: number): Promise<void> {
  for (;;) {
    const waiting = await world.server.sql(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (waiting.length >= count) return;
  }
}

/** Counts from now on how often admission has read the clock, which it does once a batch. */
async function countedBatches(): Promise<() => Promise<number>> {
  await world.server.sql('CREATE SEQUENCE batches');
  await world.server.sql(
    `CREATE OR REPLACE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
     AS $$ SELECT clock_timestamp() FROM nextval('batches') $$`,
  );
  return async () => {
    const [row] = await world.server.sql<{ last: number }>(
      'SELECT last_value::int AS last FROM batches',
    );
    return row?.last ?? NaN;
  };
}

/** An organization of a person, with the token of a session in it. */
async function organizationOf(email: string): Promise<{ id: string; token: string }> {
  const input = { name: 'Organization', owner_email: email };
  const { id } = await world.created('/organizations', input, world.platform);
  const login = { email, password, organization: id };
  const { status, body } = await world
    .client(null)
    .with({ 'x-forwarded-for': someAddress() })
    .post('/auth/login', login);
  expect(status).toBe(200);
  return { id, token: body.access_token };
}

/** A deadlock is found before a waiting lane gives up. */
async function findDeadlocksAtOnce(): Promise<void> {
  const name = new URL(world.server.config.databaseUrl).pathname.slice(1);
  await world.server.sql(`ALTER DATABASE ${name} SET deadlock_timeout = '10ms'`);
}

describe('a session whose rights change under its call, while it calls another instance too', () => {
  it('200 for both: the gates are always taken in one order', async () => {
    const { email } = await world.human('owner');
    const { id, token } = await organizationOf(email);
    await findDeadlocksAtOnce();
    const proxy = await startProxy(world.server.config.databaseUrl);
    const changing = new Client(await world.server.sibling(proxy.url), token);
    const other = new Client(await world.server.sibling(), token);
    for (const client of [changing, other])
      expect((await client.get('/users/me')).status).toBe(200);
    const change = () =>
      world.server.sql('UPDATE gate SET version = version + 1 WHERE id = $1', [id]);
    // The first try is outdated, and so are the next two, as rights change after each has read them anew.
    await change();
    let read = proxy.holdNextAnswer(email);
    const changingCall = changing.get('/users/me');
    for (let tries = 2; tries <= 3; tries += 1) {
      const letThrough = await read;
      await change();
      read = proxy.holdNextAnswer(email);
      letThrough();
    }
    // By now the call holds the organization's gate, and the other one begins to wait for it.
    const letThrough = await read;
    const otherCall = other.get('/users/me');
    await waiters(1);
    letThrough();
    const answers = await Promise.all([changingCall, otherCall]);
    expect(answers.map(outcome)).toEqual(['200', '200']);
    await proxy.close();
  });
});

describe('a slow change of the operator', () => {
  it('holds up no call of any organization', async () => {
    const holder = await holding(operatorId);
    const answers: Answer[] = [];
    for (let calls = 0; calls < 20; calls += 1) answers.push(await world.owner.get('/users/me'));
    expect(new Set(answers.map(outcome))).toEqual(new Set(['200']));
    await holder.end();
  });
});

describe('a call of an organization whose gate is held', () => {
  it('tries three times without waiting in line, then waits: 200 once the gate is free', async () => {
    const { owner } = await world.otherOrganization();
    expect(outcome(await owner.get('/users/me'))).toBe('200');
    const batches = await countedBatches();
    const holder = await holding((await owner.get('/users/me')).body.organization.id);
    const before = await batches();
    const answer = owner.get('/users/me');
    await waiters(1);
    expect((await batches()) - before).toBe(3);
    await holder.end();
    expect(outcome(await answer)).toBe('200');
    expect((await batches()) - before).toBe(4);
  });
});

describe('the events of calls and changes that waited for a gate', () => {
  it('are in order, and none is older than the moment at which the gate was free', async () => {
    const { key } = await world.key();
    const clients = (await world.instances(2)).map((client) => client(key.secret));
    const holder = await holding(world.organizationId);
    const calls = clients.flatMap((client) =>
      Array.from({ length: 10 }, (_, i) =>
        i % 5 === 0 ? client.post('/projects', { name: 'Project' }) : client.get('/users/me'),
      ),
    );
    await waiters(2);
    const { rows } = await holder.query<{ free: string }>('SELECT clock_timestamp()::text AS free');
    await holder.query('COMMIT');
    await holder.end();
    const outcomes = (await Promise.all(calls)).map(outcome);
    expect(new Set(outcomes)).toEqual(new Set(['200', '201']));
    const [events] = await world.server.sql(
      `SELECT count(*)::int AS count, bool_and(in_order) AS in_order, min(occurred_at) >= $2::timestamptz(3) AS late
       FROM (SELECT *, occurred_at >= lag(occurred_at) OVER (ORDER BY seq) IS NOT FALSE AS in_order
         FROM audit_event WHERE organization_id = $1) AS event WHERE credential_id = $3`,
      [world.organizationId, rows[0]?.free, key.id],
    );
    expect(events).toEqual({ count: 24, in_order: true, late: true });
  });
});
