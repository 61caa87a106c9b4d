import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWellFormedToken } from '../../dist/src/platform/crypto/token-format.js';
import { outcome, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project('Website');
});
afterAll(() => world.close());

const day = 24 * 60 * 60 * 1000;

describe('POST /v1/api-keys', () => {
  it('201 with the key of the contract and its secret when only a name is given', async () => {
    const answer = await world.owner.post('/api-keys', { name: '  Status page reader ' });
    expect(answer.status).toBe(201);
    const { body } = answer;
    expect(body).toEqual({
      id: expect.any(String),
      secret: expect.any(String),
      name: 'Status page reader',
      prefix: body.secret.slice(0, 10),
      scope: 'organization',
      project_id: null,
      product_scopes: null,
      owner: { id: world.ownerId, type: 'human', name: 'Owner' },
      status: 'active',
      is_active: true,
      created_at: expect.any(String),
      created_by: world.ownerId,
      expires_at: null,
      not_before: null,
      last_used_at: null,
      request_count: 0,
      rotation_due_at: new Date(Date.parse(body.created_at) + 90 * day).toISOString(),
      allowed_ips: null,
    });
    expect(isWellFormedToken(body.secret)).toBe(true);
    expect(body.created_at).toBe(new Date(body.created_at).toISOString());
  });

  it('shows the secret this once: GET has the same object without it', async () => {
    const { secret, ...key } = await world.created('/api-keys', { name: 'Key' });
    const { body } = await world.owner.get(`/api-keys/${key.id}`);
    expect(body).toEqual(key);
    expect(JSON.stringify(body)).not.toContain(secret.slice(10));
  });

  it('takes every field of the contract', async () => {
    const bot = await world.serviceAccount('member', { [project.id]: 'editor' });
    const fields = {
      name: 'Everything',
      scope: 'project',
      project_id: project.id,
      product_scopes: { uptime: 'read', incidents: 'read_write', 'status-pages': 'none' },
      expires_at: '2090-01-01T12:00:00+02:00',
      not_before: '2089-01-01T00:00:00.5Z',
      allowed_ips: ['203.0.113.0/24', '2001:db8::7'],
    };
    const { secret, ...key } = await world.created('/api-keys', { ...fields, owner_id: bot.id });
    expect(key).toMatchObject({
      ...fields,
      owner: { id: bot.id, type: 'service_account', name: 'Bot' },
      expires_at: '2090-01-01T10:00:00.000Z',
      not_before: '2089-01-01T00:00:00.500Z',
      created_by: world.ownerId,
    });
    expect(secret).toHaveLength(52);
  });

  it('is project-scoped when project_id is given or the call names a project', async () => {
    const given = await world.created('/api-keys', { name: 'Key', project_id: project.id });
    const there = world.owner.with({ 'x-project-slug': 'website' });
    const named = await world.created('/api-keys', { name: 'Key', scope: 'project' }, there);
    for (const key of [given, named])
      expect([key.scope, key.project_id]).toEqual(['project', project.id]);
  });

  it('400 project_required for scope project without a project', async () => {
    const answer = await world.owner.post('/api-keys', { name: 'Key', scope: 'project' });
    expect(outcome(answer)).toBe('400 project_required');
  });

  it('400 invalid_request for scope organization in a project', async () => {
    const input = { name: 'Key', scope: 'organization', project_id: project.id };
    expect(outcome(await world.owner.post('/api-keys', input))).toBe('400 invalid_request');
  });

  it("404 with the same bytes for another organization's owner and for none", async () => {
    const other = await world.otherOrganization();
    const bytes = new Set<string>();
    for (const owner_id of [other.ownerId, randomUUID()]) {
      const answer = await world.owner.post('/api-keys', { name: 'Key', owner_id });
      expect(outcome(answer)).toBe('404 not_found');
      bytes.add(answer.text.replace(answer.body.error.request_id, ''));
    }
    expect(bytes.size).toBe(1);
  });

  it("404 project_not_found for another organization's project and for none", async () => {
    const other = await world.otherOrganization();
    const foreign = await world.created('/projects', { name: 'Foreign' }, other.owner);
    for (const project_id of [foreign.id, randomUUID()]) {
      const answer = await world.owner.post('/api-keys', { name: 'Key', project_id });
      expect(outcome(answer)).toBe('404 project_not_found');
    }
  });

  it('400 invalid_request when it would end before it begins, or in the past', async () => {
    const terms = [
      { expires_at: '2089-01-01T00:00:00Z', not_before: '2090-01-01T00:00:00Z' },
      { expires_at: '2090-01-01T00:00:00Z', not_before: '2090-01-01T00:00:00Z' },
      { expires_at: new Date(Date.now() - day).toISOString() },
    ];
    for (const term of terms) {
      const answer = await world.owner.post('/api-keys', { name: 'Key', ...term });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details[0].field).toBe('expires_at');
    }
  });
});

describe('the term of a key', () => {
  it('401 invalid_token before not_before and from expires_at on, 200 between', async () => {
    const { key, client } = await world.key({
      not_before: '2089-01-01T00:00:00Z',
      expires_at: '2090-01-01T00:00:00Z',
    });
    const term = (begins: string, ends: string) =>
      world.rewrite(
        `UPDATE api_key SET not_before = now() + $2::interval, expires_at = now() + $3::interval WHERE id = $1`,
        [key.id, begins, ends],
      );
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    await term('-1 hour', '1 hour');
    expect(outcome(await client.get('/users/me'))).toBe('200');
    await term('-2 hours', '-1 hour');
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    const { body } = await world.owner.get(`/api-keys/${key.id}`);
    expect([body.status, body.is_active]).toEqual(['expired', true]);
  });
});

describe("the organization's policy", () => {
  it('max_key_lifetime_days bounds expires_at and is the default of it', async () => {
    const other = await world.otherOrganization();
    const path = `/organizations/${other.id}`;
    const policy = { max_key_lifetime_days: 30, rotation_reminder_days: 7 };
    expect(outcome(await other.owner.patch(path, { policy }))).toBe('200');
    const key = await world.created('/api-keys', { name: 'Key' }, other.owner);
    const lifetime = Date.parse(key.expires_at) - Date.parse(key.created_at);
    expect(Math.round(lifetime / day)).toBe(30);
    expect(Date.parse(key.rotation_due_at) - Date.parse(key.created_at)).toBe(7 * day);
    const ends = (days: number) => new Date(Date.now() + days * day).toISOString();
    const late = await other.owner.post('/api-keys', { name: 'Key', expires_at: ends(31) });
    expect(outcome(late)).toBe('400 invalid_request');
    const early = await world.created(
      '/api-keys',
      { name: 'Key', expires_at: ends(5) },
      other.owner,
    );
    const change = (expires_at: string) =>
      other.owner.patch(`/api-keys/${early.id}`, { expires_at });
    expect(outcome(await change(ends(31)))).toBe('400 invalid_request');
    expect(outcome(await change(ends(20)))).toBe('200');
  });
});
