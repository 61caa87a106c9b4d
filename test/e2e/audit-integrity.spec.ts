import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
  // Which actions are refused is told by rows: a change of the table itself would wait for those who read it.
  await world.server.sql('CREATE TABLE refused_action (action text)');
  await world.server.sql(
    `CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF EXISTS (SELECT FROM refused_action WHERE action = NEW.action) THEN
         RAISE EXCEPTION 'this event cannot be written';
       END IF;
       RETURN NEW;
     END $$`,
  );
  await world.server.sql(
    `CREATE TRIGGER refuse BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_event()`,
  );
});
afterEach(() => accept());
afterAll(() => world.close());

/** Makes the database refuse events of an action. */
async function refuse(action: string): Promise<void> {
  await world.server.sql('INSERT INTO refused_action VALUES ($1)', [action]);
}

/** Makes the database take every event again. */
async function accept(): Promise<void> {
  await world.server.sql('DELETE FROM refused_action');
}

/** Everything that changes are made to, as it stands. */
async function state(): Promise<string> {
  const tables = [
    'organization',
    'project',
    'project_member',
    'member',
    'role',
    'product',
    'api_key',
  ];
  const rows = tables.map((table) => world.server.sql(`SELECT * FROM ${table} ORDER BY 1, 2`));
  return JSON.stringify(await Promise.all(rows));
}

interface Change {
  readonly action: string;
  readonly make: () => Promise<{ status: number; body: Json }>;
}

describe('a change whose event cannot be written', () => {
  it('503 unavailable and nothing is changed', async () => {
    const { id: project } = await world.project();
    const { id: bot } = await world.serviceAccount();
    const { id: gone } = await world.serviceAccount('member', { [project]: 'viewer' });
    const role = { name: 'Role', level: 'project', permissions: {} };
    const { id: roleId } = await world.created('/roles', { ...role, name: 'Old role' });
    const { key } = await world.key();
    const { owner, platform } = world;
    const members = `/projects/${project}/members`;
    const organization = `/organizations/${world.organizationId}`;
    const changes: Change[] = [
      { action: 'organization.updated', make: () => owner.patch(organization, { name: 'New' }) },
      { action: 'organization.deleted', make: () => platform.delete(organization) },
      {
        action: 'organization.created',
        make: () =>
          platform.post('/organizations', { name: 'New', owner_email: 'new@example.com' }),
      },
      { action: 'project.created', make: () => owner.post('/projects', { name: 'New' }) },
      {
        action: 'project.updated',
        make: () => owner.patch(`/projects/${project}`, { name: 'New' }),
      },
      { action: 'project.deleted', make: () => owner.delete(`/projects/${project}`) },
      {
        action: 'project_member.added',
        make: () => owner.put(`${members}/${bot}`, { role: 'viewer' }),
      },
      {
        action: 'project_member.role_changed',
        make: () => owner.put(`${members}/${gone}`, { role: 'admin' }),
      },
      { action: 'project_member.removed', make: () => owner.delete(`${members}/${gone}`) },
      {
        action: 'service_account.created',
        make: () => owner.post('/service-accounts', { name: 'New' }),
      },
      { action: 'member.updated', make: () => owner.patch(`/members/${bot}`, { name: 'New' }) },
      {
        action: 'member.role_changed',
        make: () => owner.patch(`/members/${bot}`, { name: 'New', role: 'admin' }),
      },
      {
        action: 'member.deactivated',
        make: () => owner.patch(`/members/${bot}`, { status: 'deactivated' }),
      },
      { action: 'member.removed', make: () => owner.delete(`/members/${bot}`) },
      { action: 'role.created', make: () => owner.post('/roles', role) },
      { action: 'role.updated', make: () => owner.patch(`/roles/${roleId}`, { name: 'New' }) },
      { action: 'role.deleted', make: () => owner.delete(`/roles/${roleId}`) },
      {
        action: 'product.created',
        make: () => platform.post('/products', { slug: 'new-one', name: 'New' }),
      },
      {
        action: 'product.updated',
        make: () => platform.patch('/products/uptime', { name: 'New' }),
      },
      { action: 'product.deleted', make: () => platform.delete('/products/uptime') },
      { action: 'api_key.created', make: () => owner.post('/api-keys', { name: 'New' }) },
      {
        action: 'api_key.updated',
        make: () => owner.patch(`/api-keys/${key.id}`, { name: 'New' }),
      },
      { action: 'api_key.rotated', make: () => owner.post(`/api-keys/${key.id}/rotate`, {}) },
      { action: 'api_key.revoked', make: () => owner.delete(`/api-keys/${key.id}`) },
    ];
    const before = await state();
    for (const { action, make } of changes) {
      await refuse(action);
      const { status, body } = await make();
      await accept();
      expect([action, status, body?.error?.code]).toEqual([action, 503, 'unavailable']);
      expect(await state()).toBe(before);
    }
  });

  it('503 unavailable for a login, and there is no session', async () => {
    const { email } = await world.human();
    await refuse('session.created');
    const input = { email, password: 'a password for tests only' };
    expect(outcome(await world.client(null).post('/auth/login', input))).toBe('503 unavailable');
    const sessions = await world.server.sql(
      'SELECT 1 FROM session s JOIN user_account u ON u.id = s.user_id WHERE u.email = $1',
      [email],
    );
    expect(sessions).toEqual([]);
  });
});

describe('a call whose event cannot be written', () => {
  it('503 unavailable with no effect, whether it would be allowed or refused', async () => {
    const { client } = await world.key({ product_scopes: {} });
    const before = await state();
    await refuse('api_key.used');
    const name = 'Unrecorded';
    expect(outcome(await world.owner.post('/projects', { name }))).toBe('503 unavailable');
    expect(outcome(await world.owner.get('/users/me'))).toBe('503 unavailable');
    expect(outcome(await client.get('/members'))).toBe('503 unavailable');
    expect(await state()).toBe(before);
  });
});

describe('what callers write', () => {
  const lastUsed = async (client: Client): Promise<Json> => {
    const { headers } = await client.get('/users/me');
    const { body } = await world.owner.get('/audit-events?limit=5');
    return body.data.find((event: Json) => event.request?.id === headers.get('x-request-id'));
  };

  it('cannot forge fields of an event by a user agent', async () => {
    const forged = `x","outcome":"denied","actor":{"id":null}}', 'denied'); --`;
    const event = await lastUsed(world.owner.with({ 'user-agent': forged }));
    expect(event).toMatchObject({ outcome: 'allowed', actor: { id: world.ownerId } });
    expect(event.request.user_agent).toBe(forged);
  });

  it('cannot forge fields of an event by a name', async () => {
    const name = `Robert"],"action":["x'); DROP TABLE audit_event; --`;
    const { id } = await world.project(name);
    const { body } = await world.owner.get(`/audit-events?project_id=${id}&action=project.created`);
    expect(body.data).toMatchObject([
      { action: 'project.created', target: { id }, changes: { name: [null, name] } },
    ]);
    expect(Object.keys(body.data[0].changes).sort()).toEqual(['name', 'slug']);
  });

  it('cannot name the request: X-Request-Id is the server’s own', async () => {
    const event = await lastUsed(world.owner.with({ 'x-request-id': 'forged' }));
    expect(event.request.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cannot claim an address from outside the trusted proxies', async () => {
    const event = await lastUsed(world.owner.with({ 'x-forwarded-for': '203.0.113.7' }));
    expect(event.request.ip).toBe('127.0.0.1');
  });

  it('does no harm as a user agent of garbage, or of great length', async () => {
    const bytes = Buffer.from(
      Array.from({ length: 224 }, (_, index) => index + 32).filter((byte) => byte !== 127),
    );
    expect(await send(bytes)).toBe(200);
    expect(await send(Buffer.alloc(8000, 'x'))).toBe(200);
    const { body } = await world.owner.get('/audit-events?limit=3');
    const agents = body.data.map((event: Json) => event.request.user_agent);
    expect(agents[1]).toBe('x'.repeat(256));
    expect(agents[2]).toContain('abc');
  });

  it('400 for a user agent with NUL or another control character, and the server goes on', async () => {
    for (const control of ['\0', '\x01', '\x7f'])
      expect(await send(Buffer.from(`a${control}b`))).toBe(400);
    expect(outcome(await world.owner.get('/users/me'))).toBe('200');
  });

  it('is recorded by the route’s pattern, never by the path that was asked for', async () => {
    const { headers } = await world.owner.get(`/projects/${encodeURIComponent('x","d":"denied')}`);
    const { body } = await world.owner.get('/audit-events?limit=5');
    const id = headers.get('x-request-id');
    const event = body.data.find((entry: Json) => entry.request?.id === id);
    expect(event.request.route).toBe('/v1/projects/:id');
  });
});

/** Sends GET /v1/users/me with a user agent of raw bytes, and gives the status. */
function send(agent: Buffer): Promise<number> {
  const { hostname, port } = new URL(world.server.url);
  const head = `GET /v1/users/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${world.server.first.apiKey}\r\nUser-Agent: `;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('end', () => resolve(Number(answer.split(' ')[1])));
    socket.write(Buffer.concat([Buffer.from(head), agent, Buffer.from('\r\n\r\n')]));
  });
}
