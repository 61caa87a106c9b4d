import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { describedRoutes, hostileCalls } from '../harness/hostile-calls.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

/** Ids of things that exist, in whose place nothing that a test needs is harmed. */
async function knownIds(): Promise<string[]> {
  const project = await world.project();
  const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
  const { key } = await world.key({ owner_id: bot.id, project_id: project.id });
  const role = { name: 'Reader', level: 'project', permissions: { uptime: 'read' } };
  return [project.id, bot.id, key.id, (await world.created('/roles', role)).id];
}

/** What these take in their body is a credential of its own, which is refused with the same code. */
const takesToken = /\/(auth\/(refresh|sso|password\/reset)|invitations\/accept)/;

describe('whatever is sent to any route of the document', () => {
  it('never gets a 500, and what is refused changes nothing', { timeout: 120_000 }, async () => {
    const all = await describedRoutes(world.client(null));
    // The caller would revoke its own key, and every call after that were refused for it.
    const routes = all.filter(({ path }) => path !== '/v1/api-keys/current');
    const known = await knownIds();
    const calls = fc.constantFrom(...routes).chain((route) => hostileCalls(route, known));
    const seen = new Set<string>();
    const signedOut: string[] = [];
    let before = await everyRow(world.server);
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.constantFrom('owner', 'platform'),
        fc.ipV4(),
        async ({ method, path, body }, caller, address) => {
          const client = world[caller].with({ 'x-forwarded-for': address });
          const answer = await client.call(method, path.replace('//v1', ''), body);
          expect([answer.status < 500, answer.text]).toEqual([true, answer.text]);
          seen.add(outcome(answer));
          if (answer.status === 401 && !takesToken.test(path)) signedOut.push(`${method} ${path}`);
          if (method === 'GET') return;
          const after = await everyRow(world.server);
          expect(answer.status < 400 || after === before).toBe(true);
          before = after;
        },
      ),
      { numRuns: 1200 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining([
        '200',
        '400 invalid_request',
        '403 insufficient_permissions',
        '404 not_found',
      ]),
    );
    expect(signedOut).toEqual([]);
  });
});
