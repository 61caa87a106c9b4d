import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { clientOf } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';

let world: World;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project('Website');
});
afterAll(() => world.close());

async function explain(id: string, more: object = {}, by: Client = world.owner): Promise<Json> {
  const question = { credential_id: id, product: 'uptime', access: 'read', ...more };
  const answer = await by.post('/decisions/explain', question);
  expect(outcome(answer)).toBe('200');
  return answer.body;
}

const failed = ({ checks }: Json) =>
  checks.filter(({ passed }: Json) => !passed).map(({ name }: Json) => name);

/** A service account without a role in the project, and a key of its own for it that only reads incidents. */
async function poor() {
  const bot = await world.serviceAccount('member');
  const product_scopes = { incidents: 'read' };
  await world.owner.put(`/projects/${project.id}/members/${bot.id}`, { role: 'viewer' });
  const { key, client } = await world.key({
    owner_id: bot.id,
    project_id: project.id,
    product_scopes,
  });
  await world.owner.delete(`/projects/${project.id}/members/${bot.id}`);
  return { bot, key, client };
}

describe('POST /v1/decisions/explain', () => {
  it('200 with every check passed where the call would pass', async () => {
    const { key } = await world.key({ project_id: project.id });
    expect(await explain(key.id)).toEqual({
      allowed: true,
      code: null,
      organization_id: world.organizationId,
      project_id: project.id,
      member: { id: world.ownerId, type: 'human', name: expect.any(String) },
      credential: { type: 'api_key', id: key.id, name: 'Key' },
      access: 'read_write',
      checks: ['credential', 'status', 'address', 'project', 'permission'].map((name) => ({
        name,
        passed: true,
        code: null,
        why: expect.stringMatching(/^[A-Z].+\.$/),
      })),
      grant: null,
    });
  });

  it('names the smallest grant, and once it is given the call passes', async () => {
    const { bot, key, client } = await poor();
    const before = await explain(key.id, { access: 'read_write' });
    expect([before.allowed, before.code, before.access]).toEqual([
      false,
      'insufficient_permissions',
      'none',
    ]);
    expect(before.grant).toEqual([
      {
        to: 'member',
        id: bot.id,
        product: 'uptime',
        access: 'read_write',
        role: { id: expect.any(String), level: 'project', name: 'editor' },
        project_id: project.id,
      },
      {
        to: 'credential',
        id: key.id,
        product: 'uptime',
        access: 'read_write',
        role: null,
        project_id: null,
      },
    ]);
    const refusal = await client.post('/authorize?product=uptime');
    expect(refusal.body.error.message).toBe(
      'This credential lacks read_write access to uptime in project website: its owner needs the project role ' +
        'editor in website, and its own scopes need uptime: read_write.',
    );
    expect(before.checks.at(-1).why).toBe(refusal.body.error.message);
    const [toMember, toKey] = before.grant;
    await world.owner.put(`/projects/${toMember.project_id}/members/${toMember.id}`, {
      role: toMember.role.id,
    });
    await world.owner.patch(`/api-keys/${toKey.id}`, {
      product_scopes: { [toKey.product]: toKey.access },
    });
    expect((await explain(key.id, { access: 'read_write' })).allowed).toBe(true);
    expect(outcome(await client.post('/authorize?product=uptime'))).toBe('200');
  });

  it('names no grant where none would do, or something else stands in the way', async () => {
    const { key } = await poor();
    const beyond = await explain(key.id, { product: 'organization' });
    expect([beyond.code, beyond.grant]).toEqual(['insufficient_permissions', null]);
    await world.owner.delete(`/api-keys/${key.id}`);
    const revoked = await explain(key.id);
    expect([revoked.code, revoked.grant, failed(revoked)]).toEqual([
      'invalid_token',
      null,
      ['credential', 'permission'],
    ]);
  });

  it('tells every check that fails, in their order', async () => {
    const { bot, key } = await poor();
    await world.owner.patch(`/api-keys/${key.id}`, {
      allowed_ips: ['192.0.2.1'],
      is_active: false,
    });
    await world.owner.patch(`/service-accounts/${bot.id}`, { status: 'deactivated' });
    expect(failed(await explain(key.id))).toEqual([
      'credential',
      'status',
      'address',
      'permission',
    ]);
    const fromThere = await explain(key.id, { ip: '192.0.2.1' });
    expect(failed(fromThere)).toEqual(['credential', 'status', 'permission']);
    const why = fromThere.checks.map((check: Json) => check.why);
    expect(why[0]).toBe('It is disabled.');
    expect(why[1]).toBe('Its owner is deactivated.');
  });

  it('tells which project check fails, and looks for no permission behind it', async () => {
    const { body: me } = await world.owner.get('/users/me');
    const unnamed = await explain(me.credential.id);
    expect([unnamed.code, failed(unnamed)]).toEqual(['project_required', ['project']]);
    const unknown = await explain(me.credential.id, { project_id: randomUUID() });
    expect([unknown.code, failed(unknown)]).toEqual(['project_not_found', ['project']]);
    const { key } = await world.key({ project_id: project.id });
    const other = await world.project();
    const elsewhere = await explain(key.id, { project_id: other.id });
    expect([elsewhere.code, failed(elsewhere)]).toEqual(['insufficient_permissions', ['project']]);
    expect(elsewhere.grant).toBeNull();
    const nothing = await explain(key.id, { product: 'nothing' });
    expect([nothing.code, nothing.checks.at(-1).why]).toEqual([
      'invalid_request',
      'product is no product.',
    ]);
  });

  it('explains sessions and OAuth clients as well', async () => {
    const human = await world.human('member');
    const session = await world.session(human.email);
    const { body: me } = await session.get('/users/me');
    const inProject = { project_id: project.id };
    const ofSession = await explain(me.credential.id, inProject, session);
    expect([ofSession.credential.type, ofSession.grant[0].role.name]).toEqual([
      'session',
      'viewer',
    ]);
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const client = await clientOf(world, bot.id);
    const ofClient = await explain(client.id, inProject);
    expect([ofClient.credential.type, ofClient.allowed]).toEqual(['oauth', true]);
  });

  it('is no use of the credential: it counts nothing and stands in no log as its call', async () => {
    const { key } = await world.key({ project_id: project.id });
    await explain(key.id);
    const { body } = await world.owner.get(`/api-keys/${key.id}`);
    expect([body.request_count, body.last_used_at]).toEqual([0, null]);
    const events = await world.owner.get(`/audit-events?key_id=${key.id}`);
    expect(events.body.data.map(({ action }: Json) => action)).not.toContain('api_key.used');
  });

  it('needs no access to ask about a credential of one’s own, not even the one that lacks it', async () => {
    const { key, client } = await poor();
    expect((await explain(key.id, {}, client)).code).toBe('insufficient_permissions');
  });

  it('404 not_found for what is not there, not seen, or of another organization', async () => {
    const { client } = await poor();
    const { key } = await world.key({ project_id: project.id });
    const other = await world.otherOrganization();
    const ask = async (by: Client, id: string) => {
      const question = { credential_id: id, product: 'uptime', access: 'read' };
      return outcome(await by.post('/decisions/explain', question));
    };
    expect(await ask(world.owner, randomUUID())).toBe('404 not_found');
    expect(await ask(client, key.id)).toBe('404 not_found');
    expect(await ask(other.owner, key.id)).toBe('404 not_found');
    expect(await ask(world.platform, key.id)).toBe('200');
    const { body: platform } = await world.platform.get('/users/me');
    expect(await ask(world.owner, platform.id)).toBe('404 not_found');
  });

  it.each([
    { credential_id: 'x' },
    { product: 'Uptime' },
    { access: 'none' },
    { project_id: 'website' },
    { ip: 'here' },
    { token: 'sk_x' },
  ])('400 invalid_request for %j', async (wrong) => {
    const question = { credential_id: randomUUID(), product: 'uptime', access: 'read', ...wrong };
    const answer = await world.owner.post('/decisions/explain', question);
    expect(outcome(answer)).toBe('400 invalid_request');
  });
});
