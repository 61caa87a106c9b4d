import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Place } from './place.js';

type Level = 'none' | 'read' | 'read_write';

/**
 * What a key reaches of the product `uptime` in project A: the lesser of what its owner's role in A gives and what the
 * key's own scopes hold (all: it has none). 403: no such key can be made, it would exceed its owner.
 */
const table: [role: string | null, scope: Level | 'all', effective: Level | 403][] = [
  ['admin', 'none', 'none'],
  ['admin', 'read', 'read'],
  ['admin', 'read_write', 'read_write'],
  ['admin', 'all', 'read_write'],
  ['editor', 'none', 'none'],
  ['editor', 'read', 'read'],
  ['editor', 'read_write', 'read_write'],
  ['editor', 'all', 'read_write'],
  ['viewer', 'none', 'none'],
  ['viewer', 'read', 'read'],
  ['viewer', 'read_write', 403],
  ['viewer', 'all', 'read'],
  [null, 'none', 'none'],
  [null, 'read', 403],
  [null, 'read_write', 403],
  [null, 'all', 'none'],
];

let place: Place;
beforeAll(async () => {
  place = await Place.make(await World.start());
});
afterAll(() => place.world.close());

const made = table.filter(([, , effective]) => effective !== 403);
const refused = table.filter(([, , effective]) => effective === 403);

describe.each(['project', 'organization'])('a key of scope %s', (reach) => {
  it.each(made)('of a project %s with uptime %s has %s', async (role, scope, effective) => {
    const bot = await place.bot('member', role);
    const { status, body } = await ask(bot, reach, scope);
    expect(status).toBe(201);
    const key = place.world.client(body.secret);
    expect(await reachedBy(naming(key, reach, 'A'))).toEqual(expectedOf(effective as Level));
  });

  it.each(refused)('of a project %s with uptime %s is refused: %s', async (role, scope) => {
    const bot = await place.bot('member', role);
    const { status, body } = await ask(bot, reach, scope);
    expect(status).toBe(403);
    expect(body.error).toMatchObject({
      code: 'insufficient_permissions',
      missing: [{ product: 'uptime', access: scope }],
    });
  });

  it('is cut by the very next call when its owner loses the role', async () => {
    const bot = await place.bot('member', 'editor');
    const { body } = await ask(bot, reach, 'read_write');
    const key = naming(place.world.client(body.secret), reach, 'A');
    const path = `/projects/${place.projects.A}/members/${bot}`;
    expect(await reachedBy(key)).toEqual(expectedOf('read_write'));
    await place.owner.put(path, { role: 'viewer' });
    expect(await reachedBy(key)).toEqual(expectedOf('read'));
    await place.owner.delete(path);
    expect(await reachedBy(key)).toEqual(expectedOf('none'));
    await place.owner.put(path, { role: 'admin' });
    expect(await reachedBy(key)).toEqual(expectedOf('read_write'));
  });
});

it('an organization-scoped key reaches nothing in a project where its owner has no role', async () => {
  const bot = await place.bot('member', 'admin', 'A');
  const { body } = await ask(bot, 'organization', 'read_write');
  const key = naming(place.world.client(body.secret), 'organization', 'B');
  expect((await key.get('/authorize?product=uptime')).status).toBe(403);
});

function ask(owner_id: string, reach: string, scope: Level | 'all') {
  return place.owner.post('/api-keys', {
    name: 'Key',
    owner_id,
    ...(reach === 'project' && { project_id: place.projects.A }),
    ...(scope !== 'all' && { product_scopes: { uptime: scope } }),
  });
}

function naming(key: Client, reach: string, project: 'A' | 'B'): Client {
  return reach === 'project' ? key : key.with({ 'x-project-id': place.projects[project] });
}

async function reachedBy(key: Client) {
  const read = await key.get('/authorize?product=uptime');
  const write = await key.post('/authorize?product=uptime');
  const me = await key.get('/users/me');
  return {
    read: read.status,
    write: write.status,
    told: read.headers.get('x-auth-access'),
    permission: me.body.permissions.uptime,
  };
}

function expectedOf(effective: Level) {
  return {
    read: effective === 'none' ? 403 : 200,
    write: effective === 'read_write' ? 200 : 403,
    told: effective === 'none' ? null : effective,
    permission: effective,
  };
}
