import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const idsOf = (items: Json[]) => items.map((item) => item.id as string);

async function list(by: Client, query = ''): Promise<string[]> {
  const { status, body, text } = await by.get(`/api-keys?limit=100&${query}`);
  if (status !== 200) throw new Error(text);
  return idsOf(body.data);
}

describe('GET /v1/api-keys', () => {
  it('filters by project_id, owner_id and status, and by all of them', async () => {
    const project = await world.project();
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const make = async (input: object) => (await world.key(input)).key.id as string;
    const plain = await make({});
    const bots = await make({ owner_id: bot.id });
    const projects = await make({ project_id: project.id });
    const both = await make({ owner_id: bot.id, project_id: project.id });
    const disabled = await make({ owner_id: bot.id });
    await world.owner.patch(`/api-keys/${disabled}`, { is_active: false });
    const expired = await make({ owner_id: bot.id });
    await world.rewrite('UPDATE api_key SET expires_at = now() WHERE id = $1', [expired]);
    const revoked = await make({ owner_id: bot.id, project_id: project.id });
    await world.owner.delete(`/api-keys/${revoked}`);

    expect(await list(world.owner, `project_id=${project.id}`)).toEqual([revoked, both, projects]);
    expect(await list(world.owner, `owner_id=${bot.id}`)).toEqual([
      revoked,
      expired,
      disabled,
      both,
      bots,
    ]);
    const of = (status: string) => list(world.owner, `owner_id=${bot.id}&status=${status}`);
    expect(await of('active')).toEqual([both, bots]);
    expect(await of('disabled')).toEqual([disabled]);
    expect(await of('expired')).toEqual([expired]);
    expect(await of('revoked')).toEqual([revoked]);
    const all = `project_id=${project.id}&owner_id=${bot.id}&status=active`;
    expect(await list(world.owner, all)).toEqual([both]);
    expect(await list(world.owner, 'status=active')).toContain(plain);
    expect(await list(world.owner, `owner_id=${randomUUID()}`)).toEqual([]);
  });

  it.each([
    'status=gone',
    'status=',
    'owner_id=me',
    'project_id=x',
    'colour=red',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'limit=-1',
    'limit=1e1',
    'limit=0x10',
    'cursor=',
    'cursor=x',
    'cursor=a&cursor=b',
  ])('400 invalid_request for ?%s', async (query) => {
    expect(outcome(await world.owner.get(`/api-keys?${query}`))).toBe('400 invalid_request');
  });

  it('shows nothing of another organization', async () => {
    const other = await world.otherOrganization();
    const { id } = await world.created('/api-keys', { name: 'Foreign' }, other.owner);
    expect(await list(world.owner)).not.toContain(id);
    expect(await list(world.owner, `owner_id=${other.ownerId}`)).toEqual([]);
    const { key } = await world.key();
    expect(await list(other.owner)).not.toContain(key.id);
  });
});

describe('pages', () => {
  it('have 20 items by default, newest first, until has_more is false', async () => {
    const other = await world.otherOrganization();
    const made: string[] = await list(other.owner);
    for (let i = 0; i < 44; i += 1)
      made.unshift((await world.created('/api-keys', { name: `Key ${i}` }, other.owner)).id);
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: Json } = await other.owner.get(
        `/api-keys${cursor && `?cursor=${cursor}`}`,
      );
      expect(Object.keys(body).sort()).toEqual(['data', 'has_more', 'next_cursor']);
      expect(body.has_more).toBe(body.next_cursor !== null);
      seen.push(...idsOf(body.data));
      sizes.push(body.data.length);
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(made);
    expect(sizes).toEqual([20, 20, 5]);
    const { body: all } = await other.owner.get('/api-keys?limit=45');
    expect([all.data.length, all.has_more, all.next_cursor]).toEqual([45, false, null]);
    const { body: one } = await other.owner.get('/api-keys?limit=1');
    expect([idsOf(one.data), one.has_more]).toEqual([made.slice(0, 1), true]);
  });

  it('stay where they are while newer items are added', async () => {
    const other = await world.otherOrganization();
    for (let i = 0; i < 3; i += 1) await world.created('/api-keys', { name: 'Key' }, other.owner);
    const before = await list(other.owner);
    const { body: first } = await other.owner.get('/api-keys?limit=2');
    await world.created('/api-keys', { name: 'Newer' }, other.owner);
    const { body: second } = await other.owner.get(`/api-keys?limit=2&cursor=${first.next_cursor}`);
    expect([...idsOf(first.data), ...idsOf(second.data)]).toEqual(before);
  });

  it('400 invalid_request for a cursor with any one character changed, cut or added', async () => {
    for (const path of ['/api-keys', '/audit-events']) {
      const { body } = await world.owner.get(`${path}?limit=1`);
      const cursor: string = body.next_cursor;
      expect(outcome(await world.owner.get(`${path}?limit=1&cursor=${cursor}`))).toBe('200');
      const changed = [...cursor].map(
        (character, at) =>
          cursor.slice(0, at) + (character === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
      );
      for (const other of [
        ...changed,
        cursor.slice(0, -1),
        cursor.slice(1),
        `${cursor}A`,
        `${cursor}!`,
        `${cursor}%3D`,
      ]) {
        const answer = await world.owner.get(`${path}?limit=1&cursor=${other}`);
        expect([other, outcome(answer)]).toEqual([other, '400 invalid_request']);
      }
    }
  });

  it('400 invalid_request for the cursor of another organization or another list', async () => {
    const other = await world.otherOrganization();
    await world.created('/api-keys', { name: 'Key' }, other.owner);
    const foreign = (await other.owner.get('/api-keys?limit=1')).body.next_cursor;
    const mine = (await world.owner.get('/audit-events?limit=1')).body.next_cursor;
    for (const cursor of [foreign, mine])
      expect(outcome(await world.owner.get(`/api-keys?cursor=${cursor}`))).toBe(
        '400 invalid_request',
      );
  });
});

describe('everyone may list and revoke the keys they own', () => {
  it('a member without access to api_keys sees and revokes its own, and no other', async () => {
    const human = await world.human('member');
    const project = await world.project();
    await world.owner.put(`/projects/${project.id}/members/${human.id}`, { role: 'viewer' });
    const own = (await world.key({ owner_id: human.id })).key;
    const inProject = (await world.key({ owner_id: human.id, project_id: project.id })).key;
    const foreign = (await world.key({ project_id: project.id })).key;
    const session = await world.session(human.email);
    expect(await list(session)).toEqual([inProject.id, own.id]);
    expect(outcome(await session.get(`/api-keys/${own.id}`))).toBe('200');
    expect(outcome(await session.get(`/api-keys/${foreign.id}`))).toBe('404 not_found');
    expect(outcome(await session.delete(`/api-keys/${foreign.id}`))).toBe('404 not_found');
    for (const { id } of [own, inProject])
      expect(outcome(await session.delete(`/api-keys/${id}`))).toBe('204');
    expect(outcome(await world.client(own.secret).get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await world.client(foreign.secret).get('/users/me'))).toBe('200');
  });

  it('but changes and rotates none', async () => {
    const human = await world.human('member');
    const { key } = await world.key({ owner_id: human.id });
    const session = await world.session(human.email);
    const answers = [
      await session.patch(`/api-keys/${key.id}`, { name: 'Mine' }),
      await session.post(`/api-keys/${key.id}/rotate`, {}),
      await session.post('/api-keys', { name: 'Another' }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '403 insufficient_permissions'));
  });
});

describe('last_used_at and request_count', () => {
  it('are exact: every call that was let in or refused after its credential held, and no other', async () => {
    const { key, client } = await world.key({ product_scopes: { uptime: 'read' } });
    const read = async () => (await world.owner.get(`/api-keys/${key.id}`)).body;
    expect([(await read()).request_count, (await read()).last_used_at]).toEqual([0, null]);
    const calls = [
      client.get('/users/me'),
      client.get('/authorize?product=uptime'),
      client.get('/projects'),
      client.get(`/projects/${randomUUID()}`),
    ];
    await Promise.all([...calls, ...Array.from({ length: 20 }, () => client.get('/users/me'))]);
    const used = await read();
    expect(used.request_count).toBe(24);
    const [row] = await world.server.sql<{ at: Date }>(
      'SELECT max(occurred_at) AS at FROM audit_event WHERE credential_id = $1',
      [key.id],
    );
    expect(used.last_used_at).toBe(row?.at.toISOString());
    await world.owner.patch(`/api-keys/${key.id}`, { is_active: false });
    await client.get('/users/me');
    await client.get('/nothing');
    const { request_count, last_used_at } = await read();
    expect([request_count, last_used_at]).toEqual([24, used.last_used_at]);
  });
});
