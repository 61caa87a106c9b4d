import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Json } from '../harness/client.js';
import { clientOf, oauthClient, oauthOutcome } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const pathOf = (id: string) => `/service-accounts/${id}/clients`;

describe('POST /service-accounts/{id}/clients', () => {
  it('201 with the id, the secret this once, and the scope: all that the service account has', async () => {
    const bot = await world.serviceAccount();
    const { status, body, headers } = await world.owner.post(pathOf(bot.id), {});
    expect(status).toBe(201);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_secret: expect.stringMatching(/^cs_[0-9A-Za-z]{49}$/),
      name: 'OAuth client',
      scope: 'write',
      created_at: expect.any(String),
      created_by: world.ownerId,
      rotated_at: null,
    });
  });

  it('201 several times: a service account has several clients, listed newest first without secrets', async () => {
    const bot = await world.serviceAccount();
    const made = [];
    for (const name of ['One', 'Two', 'Three'])
      made.unshift(await world.created(pathOf(bot.id), { name, scope: 'read' }));
    const { body } = await world.owner.get(`${pathOf(bot.id)}?limit=2`);
    expect(body.has_more).toBe(true);
    const next = await world.owner.get(`${pathOf(bot.id)}?cursor=${body.next_cursor}`);
    const listed = [...body.data, ...next.body.data];
    expect(listed.map((client) => ({ ...client, client_secret: null }))).toEqual(
      made.map((client) => ({ ...client, client_secret: null })),
    );
    expect(Object.keys(listed[0])).not.toContain('client_secret');
  });

  it('stores the secret as HMAC under a named pepper, and tells it in no log and no list', async () => {
    const client = await oauthClient(world);
    const [row] = await world.server.sql<{ hash: Buffer; pepper_id: string }>(
      'SELECT hash, pepper_id FROM oauth_client_secret WHERE client_id = $1',
      [client.id],
    );
    expect(row?.hash).toHaveLength(32);
    expect(row?.pepper_id).toMatch(/^[0-9a-f]{8}$/);
    await client.token();
    const events = await world.owner.get('/audit-events?limit=100');
    expect(events.text).not.toContain(client.secret.slice(3, 20));
  });

  it('client_secret null in the answer to a repeated request', async () => {
    const bot = await world.serviceAccount();
    const again = world.owner.with({ 'idempotency-key': bot.id });
    const [first, second] = [
      await again.post(pathOf(bot.id), {}),
      await again.post(pathOf(bot.id), {}),
    ];
    expect(second.body).toEqual({ ...first.body, client_secret: null });
  });

  it.each(['read  write', ' read', 'uptime', 'uptime:admin', 'nothing:read', '*:read', 'READ', ''])(
    '400 invalid_request for the scope "%s"',
    async (scope) => {
      const bot = await world.serviceAccount('admin');
      const answer = await world.owner.post(pathOf(bot.id), { scope });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details[0].field).toBe('scope');
    },
  );

  it('403 insufficient_permissions for a scope that the service account lacks', async () => {
    const bot = await world.serviceAccount();
    const answer = await world.owner.post(pathOf(bot.id), { scope: 'uptime:write' });
    expect(outcome(answer)).toBe('403 insufficient_permissions');
    expect(answer.body.error.missing).toEqual([{ product: 'uptime', access: 'read_write' }]);
  });

  it('404 not_found for a human, and for nobody', async () => {
    const { id } = await world.human();
    for (const other of [id, crypto.randomUUID()])
      expect(outcome(await world.owner.post(pathOf(other), {}))).toBe('404 not_found');
  });

  it('403 insufficient_permissions when an admin makes a client of an owner, who holds more', async () => {
    const bot = await world.serviceAccount('owner');
    const human = await world.human('admin');
    const admin = await world.session(human.email);
    expect(outcome(await admin.post(pathOf(bot.id), {}))).toBe('403 insufficient_permissions');
    const client = await clientOf(world, bot.id);
    expect(outcome(await admin.post(`${client.path}/rotate`, {}))).toBe(
      '403 insufficient_permissions',
    );
    expect(outcome(await admin.patch(client.path, { scope: 'read' }))).toBe(
      '403 insufficient_permissions',
    );
  });

  it('never exceeds the credential that makes it: a narrow one makes narrow clients', async () => {
    const bot = await world.serviceAccount('admin');
    const scopes = { api_keys: 'read_write', members: 'read' };
    const { client: narrow } = await world.key({ product_scopes: scopes });
    const made = await world.created(pathOf(bot.id), {}, narrow);
    expect(made.scope).toBe('api_keys:write members:read');
    const wider = await narrow.post(pathOf(bot.id), { scope: 'audit:read' });
    expect(wider.body.error.missing).toEqual([{ product: 'audit', access: 'read' }]);
    expect(outcome(await narrow.post(pathOf(bot.id), { scope: 'read' }))).toBe(
      '403 insufficient_permissions',
    );
    expect(
      outcome(await narrow.patch(`${pathOf(bot.id)}/${made.client_id}`, { scope: 'read' })),
    ).toBe('403 insufficient_permissions');
  });

  it('403 insufficient_permissions when a narrow credential rotates a wider client', async () => {
    const client = await oauthClient(world, 'admin');
    const { client: narrow } = await world.key({ product_scopes: { api_keys: 'read_write' } });
    const answer = await narrow.post(`${client.path}/rotate`, {});
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });

  it('a key that an OAuth token makes without scopes gets those of the token', async () => {
    const client = await oauthClient(world, 'admin');
    const caller = await client.caller('read api_keys:write');
    const key = await world.created('/api-keys', { name: 'Key' }, caller);
    expect(key.product_scopes).toMatchObject({ api_keys: 'read_write', audit: 'read' });
    expect(Object.keys(key.product_scopes)).not.toContain('*');
    expect(Object.values<string>(key.product_scopes).filter((access) => access !== 'read')).toEqual(
      ['read_write'],
    );
  });
});

describe('a client', () => {
  it('404 not_found under another service account, changed, rotated or deleted', async () => {
    const client = await oauthClient(world);
    const other = await world.serviceAccount();
    const path = `${pathOf(other.id)}/${client.id}`;
    expect(outcome(await world.owner.patch(path, { name: 'Mine' }))).toBe('404 not_found');
    expect(outcome(await world.owner.post(`${path}/rotate`, {}))).toBe('404 not_found');
    expect(outcome(await world.owner.delete(path))).toBe('404 not_found');
  });

  it('is renamed and narrowed', async () => {
    const client = await oauthClient(world, 'admin');
    const { body } = await world.owner.patch(client.path, { name: 'Renamed', scope: 'audit:read' });
    expect(body).toMatchObject({ name: 'Renamed', scope: 'audit:read' });
    expect((await client.tokenAnswer()).body.scope).toBe('audit:read');
  });

  it('is deleted: 204, 204 again, and 404 for everything else', async () => {
    const client = await oauthClient(world);
    expect((await world.owner.delete(client.path)).status).toBe(204);
    expect((await world.owner.delete(client.path)).status).toBe(204);
    expect(outcome(await world.owner.patch(client.path, { name: 'Back' }))).toBe('404 not_found');
    expect(outcome(await world.owner.post(`${client.path}/rotate`, {}))).toBe('404 not_found');
    expect((await world.owner.get(pathOf(client.memberId))).body.data).toEqual([]);
    expect(oauthOutcome(await client.tokenAnswer())).toBe('401 invalid_client');
  });

  it('rotated: the old secret is refused at once, the tokens go on', async () => {
    const client = await oauthClient(world);
    const caller = await client.caller();
    const { status, body } = await world.owner.post(`${client.path}/rotate`, {});
    expect([status, body.client_id]).toEqual([200, client.id]);
    expect(body.rotated_at).not.toBeNull();
    expect(oauthOutcome(await client.tokenAnswer())).toBe('401 invalid_client');
    expect(oauthOutcome(await client.at(world.server, body.client_secret).tokenAnswer())).toBe(
      '200',
    );
    expect((await caller.get('/users/me')).status).toBe(200);
  });

  it('rotated with overlap: both secrets are good until it is over, then the new one alone', async () => {
    const client = await oauthClient(world);
    const { body } = await world.owner.post(`${client.path}/rotate`, { overlap_seconds: 3600 });
    const renewed = client.at(world.server, body.client_secret);
    expect(oauthOutcome(await client.tokenAnswer())).toBe('200');
    expect(oauthOutcome(await renewed.tokenAnswer())).toBe('200');
    await world.rewrite(
      `UPDATE oauth_client_secret SET expires_at = now() WHERE client_id = $1 AND expires_at IS NOT NULL`,
      [client.id],
    );
    expect(oauthOutcome(await client.tokenAnswer())).toBe('401 invalid_client');
    expect(oauthOutcome(await renewed.tokenAnswer())).toBe('200');
  });

  it.each([-1, 1.5, 604_801, '60', null])(
    '400 invalid_request for an overlap of %o',
    async (overlap_seconds) => {
      const client = await oauthClient(world);
      const answer = await world.owner.post(`${client.path}/rotate`, { overlap_seconds });
      expect(outcome(answer)).toBe('400 invalid_request');
    },
  );

  it('records what is done to it, with the scope before and after', async () => {
    const client = await oauthClient(world, 'admin', {}, { name: 'Job', scope: 'read' });
    await world.owner.patch(client.path, { scope: 'audit:read' });
    await world.owner.post(`${client.path}/rotate`, {});
    await world.owner.delete(client.path);
    const { body } = await world.owner.get('/audit-events?limit=100');
    const events = body.data
      .filter(({ target }: Json) => target?.id === client.id)
      .map(({ action, changes }: Json) => [action, changes]);
    expect(events).toEqual([
      ['oauth_client.deleted', null],
      ['oauth_client.rotated', null],
      ['oauth_client.updated', { scope: ['read', 'audit:read'] }],
      ['oauth_client.created', { name: [null, 'Job'], scope: [null, 'read'] }],
    ]);
  });
});
