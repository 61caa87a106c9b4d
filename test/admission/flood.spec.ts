import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
let instances: ((token: string) => Client)[];
beforeEach(async () => {
  world = await World.start();
  instances = await world.instances(3);
});
afterEach(() => world.close());

/** Calls over all instances at once; gives the answers' statuses. */
async function statuses(secret: string, count: number): Promise<number[]> {
  const clients = instances.map((client) => client(secret));
  const rounds = Array.from({ length: Math.ceil(count / clients.length) }, () => clients);
  const calls = rounds.flat().map((client) => client.get('/users/me'));
  return (await Promise.all(calls)).map(({ status }) => status);
}

const connections = 64;
const callsEach = 60;

describe('64 connections that flood the very key that is revoked', () => {
  it('do not starve the revoke: 204 while the flood goes on, and none of 1,000 later calls is let in', async () => {
    const { key } = await world.key();
    const clients = instances.map((client) => client(key.secret));
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const flood = { answered: 0, isOver: false };
    const callers = Array.from({ length: connections }, async (_, i) => {
      for (let calls = 0; calls < callsEach && !flood.isOver; calls += 1) {
        await clients[i % 3]?.get('/users/me');
        flood.answered += 1;
        if (flood.answered === connections) begin();
      }
    });
    await begun;
    const { status } = await world.owner.delete(`/api-keys/${key.id}`);
    const answeredBefore = flood.answered;
    flood.isOver = true;
    expect(status).toBe(204);
    expect(answeredBefore).toBeLessThan(connections * callsEach);
    expect(new Set(await statuses(key.secret, 1_000))).toEqual(new Set([401]));
    await Promise.all(callers);
  });
});

/** Sends calls as one piece, so that they come together however slow the sender is; gives the answers' statuses. */
async function statusesOfPiece(client: Client, token: string, count: number): Promise<number[]> {
  const { hostname, port } = new URL(client.server.url);
  const call = (connection: string) =>
    `GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: ${connection}\r\n\r\n`;
  const socket = connect(Number(port), hostname);
  socket.write(call('keep-alive').repeat(count - 1) + call('close'));
  const answers = await text(socket);
  return [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}

describe('a flood past the limit', () => {
  it('is told in few events, which count every 429 that was answered', async () => {
    const { key } = await world.key();
    const path = `/organizations/${world.organizationId}`;
    await world.platform.patch(path, { rate_limit_per_minute: 1 });
    const first = await statuses(key.secret, instances.length);
    const flood = instances.map((client) => statusesOfPiece(client(key.secret), key.secret, 150));
    const answers = [first, ...(await Promise.all(flood))].flat();
    const limited = answers.filter((status) => status === 429).length;
    const [events] = await world.server.sql<{ rows: number; calls: number }>(
      `SELECT count(*)::int AS rows, sum(count)::int AS calls FROM audit_event
       WHERE code = 'rate_limit_exceeded' AND credential_id = $1`,
      [key.id],
    );
    expect(answers).toHaveLength(453);
    expect(limited).toBeGreaterThanOrEqual(452);
    expect(events?.calls).toBe(limited);
    expect(events?.rows).toBeLessThan(50);
  });
});
