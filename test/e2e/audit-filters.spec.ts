import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { clientOf, type OAuthClient } from '../harness/oauth-client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
let bot: Json;
let key: Json;
let session: string;
let client: OAuthClient;
let middle: string;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  project = await world.project();
  bot = await world.serviceAccount('member', { [project.id]: 'editor' });
  const made = await world.key({ owner_id: bot.id });
  key = made.key;
  const there = made.client.with({ 'x-project-id': project.id, 'x-forwarded-for': '203.0.113.7' });
  await there.get('/authorize?product=uptime&access=read');
  const { headers } = await there.get('/authorize?product=incidents&access=read_write');
  const [row] = await world.server.sql<{ at: string }>(
    'SELECT occurred_at::text AS at FROM audit_event WHERE request_id = $1',
    [headers.get('x-request-id')],
  );
  middle = new Date(row?.at ?? '').toISOString();
  await made.client.get('/audit-events');
  await world.owner.get('/users/me');
  client = await clientOf(world, bot.id);
  await (await client.caller()).get('/users/me');
  const person = await world.session((await world.human()).email);
  session = (await person.get('/users/me')).body.credential.id;
});
afterAll(() => world.close());

const list = async (query: string): Promise<Json[]> =>
  (await world.owner.get(`/audit-events?limit=100&${query}`)).body.data;

describe('GET /v1/audit-events', () => {
  const filters: [string, () => string, (event: Json) => boolean][] = [
    ['action', () => 'action=project.created', (event) => event.action === 'project.created'],
    ['actor_id', () => `actor_id=${bot.id}`, (event) => event.actor.id === bot.id],
    ['key_id', () => `key_id=${key.id}`, (event) => event.credential?.id === key.id],
    ['key_id of a session', () => `key_id=${session}`, (event) => event.credential?.id === session],
    [
      'key_id of an OAuth client',
      () => `key_id=${client.id}`,
      (event) => event.credential?.id === client.id,
    ],
    ['project_id', () => `project_id=${project.id}`, (event) => event.project_id === project.id],
    ['product', () => 'product=uptime', (event) => event.product === 'uptime'],
    ['outcome', () => 'outcome=denied', (event) => event.outcome === 'denied'],
    ['ip', () => 'ip=203.0.113.7', (event) => event.request?.ip === '203.0.113.7'],
    ['from', () => `from=${middle}`, (event) => event.occurred_at >= middle],
    ['to', () => `to=${middle}`, (event) => event.occurred_at < middle],
    [
      'several',
      () => `actor_id=${bot.id}&outcome=allowed&product=incidents`,
      (event) =>
        event.actor.id === bot.id && event.outcome === 'allowed' && event.product === 'incidents',
    ],
  ];

  it.each(filters)(
    'narrows by %s to those events and to all of them',
    async (_, query, matches) => {
      const before = await list('');
      const narrowed = await list(query());
      const known = new Set(before.map((event) => event.id));
      const ids = (all: Json[]) => all.map((event) => event.id);
      expect(narrowed.every(matches)).toBe(true);
      expect(ids(narrowed.filter((event) => known.has(event.id)))).toEqual(
        ids(before.filter(matches)),
      );
      expect(narrowed.length).toBeGreaterThan(0);
    },
  );

  it('takes an offset from UTC in from and to', async () => {
    const local = new Date(Date.parse(middle) + 2 * 3_600_000)
      .toISOString()
      .replace('Z', '%2B02:00');
    const ids = (all: Json[]) => all.map((event) => event.id);
    expect(ids(await list(`to=${local}`))).toEqual(ids(await list(`to=${middle}`)));
  });

  it.each([
    'action=used',
    "action=api_key.used'--",
    'actor_id=me',
    'key_id=1',
    'product=Not%20one',
    'outcome=maybe',
    'from=yesterday',
    'to=2026-02-30T00:00:00Z',
    'ip=10.0.0.0/8',
    'nothing=1',
    'action=a.b&action=c.d',
    'limit=0',
    'limit=101',
    'cursor=AAAA',
  ])('400 for ?%s', async (query) => {
    expect(outcome(await world.owner.get(`/audit-events?${query}`))).toBe('400 invalid_request');
  });

  it('gives pages, newest first, that hold every event once', async () => {
    const [newest] = await list('');
    const query = `/audit-events?limit=3&to=${newest.occurred_at}`;
    const all: Json[] = [];
    let cursor = '';
    do {
      const { body } = await world.owner.get(`${query}${cursor && `&cursor=${cursor}`}`);
      expect(body.has_more).toBe(body.next_cursor !== null);
      all.push(...body.data);
      cursor = body.next_cursor;
    } while (cursor);
    const seqs = all.map((event) => event.seq);
    expect(seqs).toEqual(seqs.toSorted((one, other) => other - one));
    expect(seqs.at(-1)).toBe(1);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs).toEqual(Array.from(seqs, (_, index) => seqs.length - index));
  });

  it('400 for a cursor of another organization', async () => {
    const other = await world.otherOrganization();
    const { body } = await other.owner.get('/audit-events?limit=1');
    const answer = await world.owner.get(`/audit-events?cursor=${body.next_cursor}`);
    expect(outcome(answer)).toBe('400 invalid_request');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    '404 not_found for %s: nothing changes the log',
    async (method) => {
      const [event] = await list('');
      const answer = await world.owner.call(method, `/audit-events/${event.id}`);
      expect(outcome(answer)).toBe('404 not_found');
    },
  );
});
