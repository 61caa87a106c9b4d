import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { World } from '../harness/world.js';
import type { LatchkeyProcess } from '../start/latchkey-process.js';
import { Desk } from './desk.js';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await World.start();
});
beforeEach(async () => {
  desk = await Desk.sit(world);
});
afterEach(() => desk.leave());
afterAll(() => world.close());

/** Follows the log with a key; what was there before is left out. */
function follow(secret: string, ...options: string[]): LatchkeyProcess {
  const args = ['audit', 'tail', '--json', '--lines', '0', '--interval', '0.1s', ...options];
  return desk.start(args, { variables: { LATCHKEY_TOKEN: secret } });
}

/** Follows the log, and shows already what happens: nothing that happens from now on may be missing. */
async function following(secret: string, ...options: string[]): Promise<LatchkeyProcess> {
  const tail = follow(secret, ...options);
  while (!tail.stdout.text.includes('project.created')) await world.project();
  return tail;
}

const eventsIn = ({ stdout }: LatchkeyProcess): Json[] =>
  stdout.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('latchkey audit tail', () => {
  it('shows every event once and in order, while many come', async () => {
    const { key, client } = await world.key();
    const tail = await following(world.server.first.apiKey, '--own');
    const calls = Array.from({ length: 250 }, () => client.get('/users/me'));
    await Promise.all(calls);
    await world.project('The last');
    await tail.stdout.match(/"The last"/);
    expect(await tail.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(tail.stderr.text).toBe('');
    const shown = eventsIn(tail);
    const first = shown[0].seq as number;
    expect(shown.map(({ seq }) => seq)).toEqual(shown.map((_, at) => first + at));
    expect(shown.filter(({ credential }) => credential?.id === key.id)).toHaveLength(calls.length);
  });

  it('shows the API’s own objects, save those of its own looks', async () => {
    const tail = await following(world.server.first.apiKey);
    await world.project('After some looks');
    await tail.stdout.match(/"After some looks"/);
    await tail.kill('SIGINT');
    const shown = eventsIn(tail);
    expect(shown.map(({ request }) => request?.route)).not.toContain('/v1/audit-events');
    const { hash: _h, previous_hash: _p, ...event } = shown.at(-1);
    const { body } = await world.owner.get(`/audit-events/${event.id}`);
    expect(body).toMatchObject(event);
  });

  it('begins with the newest that are there, as a table', async () => {
    for (const name of ['One', 'Two', 'Three']) await world.project(name);
    const options = ['--action', 'project.created', '--lines', '2'];
    const tail = desk.start(['audit', 'tail', ...options], { variables: desk.ownerKey });
    await tail.stdout.match(/(project\.created.*\n[^]*){2}/);
    await tail.kill('SIGTERM');
    expect(tail.stdout.text).toMatch(/^TIME +SEQ +ACTION +OUTCOME +ASKED FOR +ACTOR /);
    const { body } = await world.owner.get('/audit-events?action=project.created&limit=2');
    const [newest, before] = body.data;
    const rows = tail.stdout.text.trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.split(/ +/)[1])).toEqual([String(before.seq), String(newest.seq)]);
  });

  it('narrows what it shows', async () => {
    const { client } = await world.key({ product_scopes: {} });
    const tail = follow(world.server.first.apiKey, '--outcome', 'denied');
    while (!tail.stdout.text.includes('denied')) await client.get('/members');
    await tail.kill('SIGINT');
    expect(new Set(eventsIn(tail).map(({ outcome }) => outcome))).toEqual(new Set(['denied']));
  });

  it('exit code 1 and the refusal once its key is revoked', async () => {
    const { key } = await world.key();
    const tail = await following(key.secret);
    await world.owner.delete(`/api-keys/${key.id}`);
    expect(await tail.ended).toEqual({ code: 1, signal: null });
    expect(tail.stderr.text).toMatch(/\(401 invalid_token\)\n {2}failed check: credential\n/);
  });

  it('waits an outage out, says so, and misses nothing', async () => {
    const tail = await following(world.server.first.apiKey);
    const mend = await cutOff(world.server);
    await tail.stderr.match(/Trying again\.\n/);
    await mend();
    const name = 'After the outage';
    while ((await world.owner.post('/projects', { name })).status !== 201);
    await tail.stdout.match(/"After the outage"/);
    expect(await tail.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(tail.stderr.text).toMatch(/^(.+Trying again\.\n)+$/);
    const { body } = await world.owner.get('/audit-events?action=project.created&limit=1');
    expect(eventsIn(tail).map(({ seq }) => seq)).toContain(body.data[0].seq);
  });

  it('exit code 0 once nobody reads any more', async () => {
    const tail = await following(world.server.first.apiKey, '--own');
    tail.stopReading();
    expect(await tail.ended).toEqual({ code: 0, signal: null });
    expect(tail.stderr.text).toBe('');
  });
});

describe('latchkey audit list', () => {
  it('shows the newest first, as many as --limit says, over more than a page', async () => {
    const { client } = await world.key();
    await Promise.all(Array.from({ length: 150 }, () => client.get('/users/me')));
    const { body } = await world.owner.get('/audit-events?limit=1');
    const listed: Json[] = JSON.parse(
      await desk.owner(['audit', 'list', '--limit', '130', '--json']),
    );
    const [newest] = listed.map(({ seq }) => seq as number);
    expect(newest).toBeGreaterThan(body.data[0].seq);
    expect(listed.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 130 }, (_, at) => (newest ?? 0) - at),
    );
  });

  it('narrows by time, also by how long ago', async () => {
    const args = ['audit', 'list', '--action', 'organization.created', '--json'];
    const none = await desk.owner([...args, '--from', '0s']);
    expect(JSON.parse(none)).toEqual([]);
    await world.project('Now');
    const some = ['audit', 'list', '--action', 'project.created', '--from', '1h', '--limit', '1'];
    expect(JSON.parse(await desk.owner([...some, '--json']))).toHaveLength(1);
  });
});
