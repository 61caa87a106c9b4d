import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const hostile = {
  path: '/v1/projects/x","outcome":"denied","code":"forged%00%ED%A0%80',
  userAgent: 'x","outcome":"denied","code":"forged\xff\x85',
};

describe('what a request brings along, among the calls of others', () => {
  it('forges nothing in its event, and spoils no call of the same batch', async () => {
    const { key } = await world.key();
    const authorization = `Authorization: Bearer ${key.secret}`;
    const agent = `User-Agent: ${hostile.userAgent}`;
    const others = Array.from({ length: 30 }, () => world.owner.get('/users/me'));
    const spoilers = [
      sendRaw(world.server, rawRequest(`GET ${hostile.path}`, [authorization])),
      sendRaw(world.server, rawRequest('GET /v1/users/me', [authorization, agent])),
    ];
    const statuses = (await Promise.all(others)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const [byPath, byAgent] = await Promise.all(spoilers);
    expect([400, 404]).toContain(byPath?.status);
    expect(byAgent?.status).toBe(200);
    const events = await world.server.sql(
      `SELECT outcome, code, request_user_agent FROM audit_event WHERE request_id = $1`,
      [byAgent?.headers.get('x-request-id')],
    );
    expect(events).toEqual([
      { outcome: 'allowed', code: null, request_user_agent: hostile.userAgent },
    ]);
    const forged = await world.server.sql(`SELECT 1 FROM audit_event WHERE code = 'forged'`);
    expect(forged).toEqual([]);
  });
});
