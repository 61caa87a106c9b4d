import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const read = async (id: string): Promise<Json> => (await world.owner.get(`/api-keys/${id}`)).body;
const me = async (client: Client) => outcome(await client.get('/users/me'));

describe('PATCH /v1/api-keys/{id}', () => {
  it.each([
    ['name', 'Renamed'],
    ['product_scopes', { uptime: 'read' }],
    ['product_scopes', null],
    ['expires_at', '2090-01-01T00:00:00.000Z'],
    ['expires_at', null],
    ['allowed_ips', ['203.0.113.7']],
    ['allowed_ips', null],
    ['is_active', false],
  ])('200 with the object, of which only %s is changed: %j', async (field, value) => {
    const given = { product_scopes: { incidents: 'read' }, expires_at: '2091-01-01T00:00:00Z' };
    const { key } = await world.key({ ...given, allowed_ips: ['127.0.0.1'] });
    const before = await read(key.id);
    const answer = await world.owner.patch(`/api-keys/${key.id}`, { [field]: value });
    expect(answer.status).toBe(200);
    const status = field === 'is_active' ? 'disabled' : 'active';
    expect(answer.body).toEqual({ ...before, [field]: value, status });
    expect(await read(key.id)).toEqual(answer.body);
  });

  it('200 with the same object for an empty change', async () => {
    const { key } = await world.key();
    const before = await read(key.id);
    expect((await world.owner.patch(`/api-keys/${key.id}`, {})).body).toEqual(before);
  });

  it('is_active false refuses the key until it is true again', async () => {
    const { key, client } = await world.key();
    await world.owner.patch(`/api-keys/${key.id}`, { is_active: false });
    expect(await me(client)).toBe('401 invalid_token');
    expect((await world.owner.patch(`/api-keys/${key.id}`, { is_active: true })).body.status).toBe(
      'active',
    );
    expect(await me(client)).toBe('200');
  });

  it("404 with the same bytes for another organization's key and for none", async () => {
    const other = await world.otherOrganization();
    const foreign = await world.created('/api-keys', { name: 'Foreign' }, other.owner);
    const bytes = new Set<string>();
    for (const id of [foreign.id, randomUUID()]) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'Mine' }],
        ['DELETE', '', undefined],
        ['POST', '/rotate', {}],
      ] as const) {
        const answer = await world.owner.call(method, `/api-keys/${id}${path}`, body);
        expect(outcome(answer)).toBe('404 not_found');
        bytes.add(answer.text.replace(answer.body.error.request_id, ''));
      }
    }
    expect(bytes.size).toBe(1);
    expect(await me(world.client(foreign.secret))).toBe('200');
  });
});

describe('POST /v1/api-keys/{id}/rotate', () => {
  const rotate = (id: string, body?: object) => world.owner.post(`/api-keys/${id}/rotate`, body);

  it.each([{}, { overlap_seconds: 0 }, undefined])(
    'refuses the old secret at once with %j',
    async (body) => {
      const { key, client } = await world.key();
      const answer = await rotate(key.id, body);
      expect(answer.status).toBe(200);
      expect(await me(client)).toBe('401 invalid_token');
      expect(await me(world.client(answer.body.secret))).toBe('200');
      const { secret, ...rotated } = answer.body;
      const { secret: old, ...before } = key;
      expect(secret).not.toBe(old);
      expect(rotated).toEqual({
        ...before,
        prefix: secret.slice(0, 10),
        last_used_at: expect.toBeOneOf([null, expect.any(String)]),
        rotation_due_at: expect.any(String),
      });
      expect(Date.parse(rotated.rotation_due_at)).toBeGreaterThan(
        Date.parse(before.rotation_due_at),
      );
    },
  );

  it('takes both secrets during the overlap and refuses the old one after', async () => {
    const { key, client } = await world.key();
    const { body } = await rotate(key.id, { overlap_seconds: 3600 });
    const successor = world.client(body.secret);
    expect([await me(client), await me(successor)]).toEqual(['200', '200']);
    const [row] = await world.rewrite<{ seconds: number }>(
      `UPDATE api_key_secret SET expires_at = now() WHERE api_key_id = $1 AND expires_at IS NOT NULL
       RETURNING extract(epoch FROM expires_at - created_at)::int AS seconds`,
      [key.id],
    );
    expect(row).toBeDefined();
    expect([await me(client), await me(successor)]).toEqual(['401 invalid_token', '200']);
  });

  it('overlap_seconds counts from the rotation', async () => {
    const { key } = await world.key();
    await rotate(key.id, { overlap_seconds: 3600 });
    const [row] = await world.server.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM s.expires_at - k.rotated_at)::int AS seconds
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id WHERE k.id = $1 AND s.expires_at IS NOT NULL`,
      [key.id],
    );
    expect(row?.seconds).toBe(3600);
  });

  it('a second rotation shortens the overlap of the first, and never prolongs it', async () => {
    const { key, client } = await world.key();
    const first = await rotate(key.id, { overlap_seconds: 3600 });
    const second = await rotate(key.id, {});
    expect(await me(client)).toBe('401 invalid_token');
    expect(await me(world.client(first.body.secret))).toBe('401 invalid_token');
    await rotate(key.id, { overlap_seconds: 3600 });
    expect(await me(client)).toBe('401 invalid_token');
    expect(await me(world.client(second.body.secret))).toBe('200');
  });

  it('revoking the key refuses all its secrets', async () => {
    const { key, client } = await world.key();
    const { body } = await rotate(key.id, { overlap_seconds: 3600 });
    await world.owner.delete(`/api-keys/${key.id}`);
    for (const caller of [client, world.client(body.secret)])
      expect(await me(caller)).toBe('401 invalid_token');
  });

  it('works for the very key that makes the call', async () => {
    const { key, client } = await world.key();
    const answer = await client.post(`/api-keys/${key.id}/rotate`, {});
    expect(answer.status).toBe(200);
    expect([await me(client), await me(world.client(answer.body.secret))]).toEqual([
      '401 invalid_token',
      '200',
    ]);
  });
});

describe('DELETE /v1/api-keys/{id}', () => {
  it('204, and again 204; the key stays readable as revoked', async () => {
    const { key, client } = await world.key();
    for (let round = 1; round <= 2; round += 1) {
      const answer = await world.owner.delete(`/api-keys/${key.id}`);
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    expect(await me(client)).toBe('401 invalid_token');
    const { secret, ...before } = key;
    expect(await read(key.id)).toEqual({ ...before, status: 'revoked' });
    const { body } = await world.owner.get(`/audit-events?action=api_key.revoked&limit=100`);
    const events = body.data.filter((event: Json) => event.target.id === key.id);
    expect(events).toHaveLength(1);
    expect(secret).toBeTypeOf('string');
  });

  it('409 conflict for a change or a rotation of a revoked key', async () => {
    const { key } = await world.key();
    await world.owner.delete(`/api-keys/${key.id}`);
    const answers = [
      await world.owner.patch(`/api-keys/${key.id}`, { name: 'Again' }),
      await world.owner.patch(`/api-keys/${key.id}`, { is_active: true }),
      await world.owner.patch(`/api-keys/${key.id}`, {}),
      await world.owner.post(`/api-keys/${key.id}/rotate`, {}),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '409 conflict'));
  });
});

describe('DELETE /v1/api-keys/current', () => {
  it("204 and the holder's own key is revoked, whatever its scopes", async () => {
    const bot = await world.serviceAccount();
    for (const input of [{}, { owner_id: bot.id }, { product_scopes: {} }]) {
      const { key, client } = await world.key(input);
      expect(outcome(await client.delete('/api-keys/current'))).toBe('204');
      expect(await me(client)).toBe('401 invalid_token');
      expect(outcome(await client.delete('/api-keys/current'))).toBe('401 invalid_token');
      expect((await read(key.id)).status).toBe('revoked');
    }
  });

  it('400 invalid_request for a session, which has no key to revoke', async () => {
    const session = await world.session((await world.human('owner')).email);
    expect(outcome(await session.delete('/api-keys/current'))).toBe('400 invalid_request');
    expect(await me(session)).toBe('200');
  });
});
