import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './place.js';
import { list, Tenants } from './tenants.js';

/** Every list of an organization's things. `[project]` is a project of the caller's. */
const lists = [
  '/organizations',
  '/projects',
  '/projects/[project]/members',
  '/members',
  '/service-accounts',
  '/roles',
  '/api-keys',
  '/audit-events',
];

/** Lists that hold more than one thing, so that they have a second page. */
const longLists = lists.filter((path) => path !== '/organizations');

let tenants: Tenants;
let theirIds: string[];
beforeAll(async () => {
  tenants = await Tenants.start();
  const rows = await tenants.theirRows();
  theirIds = [...new Set([...rows.matchAll(/"id": "([0-9a-f-]{36})"/g)].map(([, id = '']) => id))];
  for (const place of [tenants.ours, tenants.theirs]) {
    await place.bot('member', 'viewer');
    await place.role('organization', { members: 'read' });
  }
});
afterAll(() => tenants.close());

describe.each(lists)('GET /v1%s', (path) => {
  it('holds nothing of another organization, for its owner by key and by session', async () => {
    const { ours } = tenants;
    const { client: session } = await ours.human('owner');
    for (const client of [ours.owner, session]) {
      const { status, text, body } = await list(client, at(ours, path));
      expect(status).toBe(200);
      expect(body.data.length).toBeGreaterThan(0);
      expect(theirIds.filter((id) => text.includes(id))).toEqual([]);
    }
  });

  it('holds those things for the other organization itself', async () => {
    const { text } = await list(tenants.theirs.owner, at(tenants.theirs, path));
    const things = path === '/audit-events' ? [tenants.theirThings.project] : theirIds;
    expect(things.filter((id) => text.includes(id))).not.toEqual([]);
  });
});

describe.each(longLists)('a cursor of GET /v1%s', (path) => {
  it('is taken by its own list', async () => {
    const { ours } = tenants;
    const { status } = await ours.owner.get(
      `${at(ours, path)}?limit=1&cursor=${await cursorOf(ours, path)}`,
    );
    expect(status).toBe(200);
  });

  it('400 invalid_request when it is of another organization', async () => {
    const { ours, theirs } = tenants;
    const cursor = await cursorOf(theirs, path);
    const { status, body } = await ours.owner.get(`${at(ours, path)}?limit=1&cursor=${cursor}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_request', details: [{ field: 'cursor' }] });
  });

  it('400 invalid_request at every other list', async () => {
    const { ours } = tenants;
    const cursor = await cursorOf(ours, path);
    for (const other of [...lists, '/products'].filter((candidate) => candidate !== path)) {
      const answer = await ours.owner.get(`${at(ours, other)}?limit=1&cursor=${cursor}`);
      expect({ other, status: answer.status }).toEqual({ other, status: 400 });
      expect(answer.body.error.details).toMatchObject([{ field: 'cursor' }]);
    }
  });
});

describe('GET /v1/projects', () => {
  it("holds nothing of another organization's project of the same slug", async () => {
    const { ours, theirs } = tenants;
    for (const place of [ours, theirs])
      await place.created('/projects', { name: 'Same', slug: 'the-same' });
    const { body } = await list(ours.owner, '/projects');
    expect(body.data.filter(({ slug }: { slug: string }) => slug === 'the-same')).toHaveLength(1);
    const me = await ours.owner.with({ 'x-project-slug': 'the-same' }).get('/projects');
    expect(me.body.data).toMatchObject([{ slug: 'the-same' }]);
    expect(body.data).toContainEqual(me.body.data[0]);
  });
});

function at(place: Place, path: string): string {
  return path.replace('[project]', place.projects.A);
}

async function cursorOf(place: Place, path: string): Promise<string> {
  const { body } = await place.owner.get(`${at(place, path)}?limit=1`);
  expect(body.next_cursor).toEqual(expect.any(String));
  return body.next_cursor;
}
