import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Json } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { World } from '../harness/world.js';

let world: World;
let projectId: string;
beforeAll(async () => {
  world = await World.start();
  projectId = (await world.project()).id;
});
afterAll(() => world.close());

describe('400 invalid_request for a malformed id in a path, and nothing changes', () => {
  const routes: [string, string, Json?][] = [
    ['GET', '/projects/@'],
    ['PATCH', '/projects/@', { name: 'P' }],
    ['DELETE', '/projects/@'],
    ['GET', '/projects/@/members'],
    ['PUT', '/projects/:project/members/@', { role: 'viewer' }],
    ['PUT', `/projects/@/members/${randomUUID()}`, { role: 'viewer' }],
    ['DELETE', `/projects/@/members/${randomUUID()}`],
    ['GET', '/members/@'],
    ['PATCH', '/members/@', { name: 'M' }],
    ['DELETE', '/members/@'],
    ['GET', '/service-accounts/@'],
    ['PATCH', '/service-accounts/@', { name: 'B' }],
    ['DELETE', '/service-accounts/@'],
    ['GET', '/roles/@'],
    ['PATCH', '/roles/@', { name: 'R' }],
    ['DELETE', '/roles/@'],
    ['GET', '/api-keys/@'],
    ['PATCH', '/api-keys/@', { name: 'K' }],
    ['POST', '/api-keys/@/rotate', {}],
    ['DELETE', '/api-keys/@'],
    ['GET', '/organizations/@'],
    ['PATCH', '/organizations/@', { name: 'O' }],
    ['DELETE', '/organizations/@'],
    ['GET', '/audit-events/@'],
  ];

  it.each(routes)('%s %s', async (method, path, body) => {
    const before = await everyRow(world.server);
    const uuid = randomUUID();
    for (const id of [
      'me',
      '1',
      '0',
      'null',
      '%00',
      '%20',
      `${uuid}0`,
      `{${uuid}}`,
      uuid.replaceAll('-', ''),
      `%20${uuid}`,
      '__proto__',
      'constructor',
      '%F0%9F%94%91',
      'x'.repeat(90),
    ]) {
      const answer = await world.owner.call(
        method,
        path.replace(':project', projectId).replace('@', id),
        body,
      );
      expect(outcome(answer)).toBe('400 invalid_request');
    }
    expect(await everyRow(world.server)).toBe(before);
  });
});

describe("a slug in a path that is no product's", () => {
  it.each([
    '%00',
    'a%00b',
    'Uptime',
    '__proto__',
    'constructor',
    '%F0%9F%94%91',
    '..%2Fuptime',
    'x'.repeat(100),
  ])('400 or 404 for %s, and nothing changes', async (slug) => {
    const before = await everyRow(world.server);
    for (const answer of [
      await world.platform.patch(`/products/${slug}`, { name: 'P' }),
      await world.platform.delete(`/products/${slug}`),
    ])
      expect(['400 invalid_request', '404 not_found']).toContain(outcome(answer));
    expect(await everyRow(world.server)).toBe(before);
  });
});
