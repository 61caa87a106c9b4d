import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

async function events(query: string, client: Client = world.owner): Promise<Json[]> {
  const { body } = await client.get(`/audit-events?${query}`);
  return body.data;
}

/** The events about a call: found by the answer's request id. */
async function eventsOf(requestId: string | null, client = world.owner): Promise<Json[]> {
  const all = await events('limit=100', client);
  return all.filter((event) => event.request?.id === requestId).reverse();
}

describe('every authenticated call', () => {
  it('leaves an event of the shape that the contract gives', async () => {
    const { id: project, slug } = await world.project();
    const { key, client } = await world.key({ name: 'Prober' });
    const caller = client.with({ 'user-agent': 'probe/1.0', 'x-forwarded-for': '203.0.113.7' });
    const { headers } = await caller
      .with({ 'x-project-slug': slug })
      .get('/authorize?product=uptime&access=read');
    const [event, ...more] = await eventsOf(headers.get('x-request-id'));
    expect(more).toEqual([]);
    const { previous_hash, hash, ...told } = event;
    for (const link of [previous_hash, hash])
      expect(link ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
    expect(told).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      seq: expect.any(Number),
      occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      action: 'api_key.used',
      outcome: 'allowed',
      code: null,
      organization_id: world.organizationId,
      project_id: project,
      actor: { type: 'human', id: world.ownerId, name: 'Owner' },
      credential: { type: 'api_key', id: key.id, prefix: key.prefix },
      product: 'uptime',
      access: 'read',
      target: null,
      changes: null,
      request: {
        id: headers.get('x-request-id'),
        method: 'GET',
        route: '/v1/authorize',
        ip: '203.0.113.7',
        user_agent: 'probe/1.0',
      },
    });
    const shown = await world.owner.get(`/audit-events/${event.id}`);
    expect(shown.body).toMatchObject(told);
  });

  it('is recorded with its code when it is refused', async () => {
    const { client, key } = await world.key({ product_scopes: { uptime: 'read' } });
    await client.get('/members');
    await client.with({ 'x-project-slug': 'no-such' }).get('/authorize?product=uptime');
    await client.get('/authorize?product=uptime');
    await world.owner.patch(`/api-keys/${key.id}`, { allowed_ips: ['192.0.2.1'] });
    await client.get('/users/me');
    await world.owner.delete(`/api-keys/${key.id}`);
    await client.get('/users/me');
    const denied = await events(`key_id=${key.id}&outcome=denied`);
    expect(denied.map(({ action, code }) => `${action} ${code}`).reverse()).toEqual([
      'api_key.used insufficient_permissions',
      'api_key.used project_not_found',
      'api_key.used project_required',
      'api_key.used ip_not_allowed',
      'api_key.used invalid_token',
    ]);
    expect(denied.at(-1)).toMatchObject({ product: 'members', access: 'read' });
  });

  it('is recorded when the limit refuses it', async () => {
    const other = await world.otherOrganization();
    await world.platform.patch(`/organizations/${other.id}`, { rate_limit_per_minute: 1 });
    await other.owner.get('/users/me');
    const { headers } = await other.owner.get('/users/me');
    const [row] = await world.server.sql(
      'SELECT outcome, code FROM audit_event WHERE request_id = $1',
      [headers.get('x-request-id')],
    );
    expect(row).toEqual({ outcome: 'denied', code: 'rate_limit_exceeded' });
  });

  it('by a session is session.used', async () => {
    const session = await world.session((await world.human()).email);
    const { headers } = await session.get('/users/me');
    const [event] = await eventsOf(headers.get('x-request-id'));
    expect(event).toMatchObject({
      action: 'session.used',
      credential: { type: 'session', prefix: null },
    });
  });
});

describe('every change', () => {
  it('has its event, with what stood before and what stands after', async () => {
    const { id } = await world.project('Before');
    const { headers } = await world.owner.patch(`/projects/${id}`, { name: 'After' });
    const [used, changed] = await eventsOf(headers.get('x-request-id'));
    expect(used.action).toBe('api_key.used');
    expect(changed).toMatchObject({
      action: 'project.updated',
      outcome: 'allowed',
      actor: { id: world.ownerId },
      target: { type: 'project', id },
      project_id: id,
      changes: { name: ['Before', 'After'] },
    });
  });

  it('never tells a secret', async () => {
    const { key } = await world.key({ name: 'Secretive' });
    const { body } = await world.owner.post(`/api-keys/${key.id}/rotate`, {});
    const all = JSON.stringify(await world.server.sql('SELECT * FROM audit_event'));
    for (const secret of [key.secret, body.secret]) expect(all).not.toContain(secret);
  });
});

describe('the numbers of an organization’s events', () => {
  it('have no gaps under 200 parallel calls, changes and refusals among them', async () => {
    const { client } = await world.key({ product_scopes: { uptime: 'read' } });
    const call = (number: number) => {
      if (number % 10 === 0) return world.owner.post('/projects', { name: `Project ${number}` });
      if (number % 3 === 0) return client.get('/members');
      return world.owner.get('/users/me');
    };
    await Promise.all(Array.from({ length: 200 }, (_, number) => call(number)));
    const [row] = await world.server.sql<{ count: string; least: string; most: string }>(
      `SELECT count(DISTINCT seq), min(seq) AS least, max(seq) AS most FROM audit_event
       WHERE organization_id = $1`,
      [world.organizationId],
    );
    expect(row).toEqual({ count: row?.most, least: '1', most: row?.most });
    expect(Number(row?.most)).toBeGreaterThanOrEqual(220);
  });
});

describe('who sees what', () => {
  it('a project admin sees its own project’s events only', async () => {
    const [mine, other] = [await world.project(), await world.project()];
    const bot = await world.serviceAccount('member', { [mine.id]: 'admin' });
    const member = (await world.key({ owner_id: bot.id })).client;
    const scoped = (await world.key({ project_id: mine.id })).client;
    const [foreign] = await events(`project_id=${other.id}`);
    for (const client of [member, scoped]) {
      const seen = await events('limit=100', client);
      expect(seen.length).toBeGreaterThan(0);
      expect(new Set(seen.map((event) => event.project_id))).toEqual(new Set([mine.id]));
      expect(outcome(await client.get(`/audit-events/${foreign.id}`))).toBe('404 not_found');
      const asked = await client.get(`/audit-events?project_id=${other.id}`);
      expect(outcome(asked)).toBe('403 insufficient_permissions');
    }
  });

  it('403 insufficient_permissions for members, editors and viewers', async () => {
    const { id } = await world.project();
    for (const role of ['editor', 'viewer']) {
      const bot = await world.serviceAccount('member', { [id]: role });
      const { client } = await world.key({ owner_id: bot.id });
      expect(outcome(await client.get('/audit-events'))).toBe('403 insufficient_permissions');
    }
  });

  it('404 not_found for another organization’s event', async () => {
    const other = await world.otherOrganization();
    const [theirs] = await events('limit=1', other.owner);
    expect(theirs.organization_id).toBe(other.id);
    expect(outcome(await world.owner.get(`/audit-events/${theirs.id}`))).toBe('404 not_found');
  });

  it('a platform key sees the operator’s own chain, which no organization’s member does', async () => {
    const { headers } = await world.platform.get('/users/me');
    const [event] = await eventsOf(headers.get('x-request-id'), world.platform);
    expect(event).toMatchObject({
      action: 'api_key.used',
      organization_id: null,
      actor: { type: 'platform' },
    });
    expect(outcome(await world.owner.get(`/audit-events/${event.id}`))).toBe('404 not_found');
    const seen = await events('limit=100', world.platform);
    expect(new Set(seen.map((entry) => entry.organization_id))).toEqual(new Set([null]));
  });

  it('a change that the operator makes for an organization stands in that organization’s', async () => {
    const other = await world.otherOrganization();
    await world.platform.patch(`/organizations/${other.id}`, { rate_limit_per_minute: 5000 });
    const [event] = await events('action=organization.updated', other.owner);
    expect(event).toMatchObject({
      organization_id: other.id,
      actor: { type: 'platform' },
      changes: { rate_limit_per_minute: [100_000, 5000] },
    });
  });
});
