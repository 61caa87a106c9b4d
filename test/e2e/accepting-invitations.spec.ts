import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import type { Answer, Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

const someEmail = () => `${randomUUID()}@example.com`;
const stranger = (): Client => world.client(null).with({ 'x-forwarded-for': someAddress() });

const invite = (input: object = {}, by: Client = world.owner): Promise<Json> =>
  world.created('/invitations', { email: someEmail(), role: 'member', ...input }, by);

const accept = (token: string, input: object = {}, by: Client = stranger()): Promise<Answer> =>
  by.post('/invitations/accept', { token, ...input });

const newcomer = { name: 'Ada', password };

/** A person who is known, in an organization of their own. */
async function known(): Promise<{ email: string; client: Client }> {
  const other = await world.otherOrganization();
  const { email } = await world.human('admin', other.id);
  return { email, client: await world.session(email) };
}

describe('POST /v1/invitations/accept', () => {
  it('201 as a new person, who signs in with the roles of the invitation', async () => {
    const project = await world.project();
    const projects = [{ project_id: project.id, role: 'editor' }];
    const { email, token } = await invite({ projects });
    const answer = await accept(token, newcomer);
    expect(outcome(answer)).toBe('201');
    expect(answer.body).toMatchObject({
      type: 'human',
      email,
      name: 'Ada',
      role: 'member',
      projects,
    });
    const { body } = await (await world.session(email)).get('/users/me');
    expect(body).toMatchObject({ id: answer.body.id, role: 'member', email });
    const { body: events } = await world.owner.get(`/audit-events?actor_id=${body.id}`);
    const actions = events.data.map(({ action }: Json) => action);
    expect(actions).toEqual(expect.arrayContaining(['invitation.accepted', 'member.added']));
  });

  it('201 as a person who is known, by their password or by a session of theirs', async () => {
    for (const way of ['password', 'session']) {
      const { email, client } = await known();
      const { token } = await invite({ email: email.toUpperCase() });
      const answer =
        way === 'session' ? await accept(token, {}, client) : await accept(token, { password });
      expect(outcome(answer)).toBe('201');
      const switched = await client.post('/auth/switch', { organization_id: world.organizationId });
      const { body } = await world.client(switched.body.access_token).get('/users/me');
      expect(body).toMatchObject({ id: answer.body.id, email, role: 'member' });
    }
  });

  it('401 invalid_credentials for a known address with another password or none; it is not overwritten', async () => {
    const { email } = await known();
    const { token } = await invite({ email });
    for (const input of [{ password: `${password}?` }, { name: 'Ada' }, {}])
      expect(outcome(await accept(token, input))).toBe('401 invalid_credentials');
    expect(outcome(await accept(token, { password }))).toBe('201');
  });

  it('401 invalid_credentials for a user without a password: whoever holds the link must not set one', async () => {
    const email = someEmail();
    await world.created('/organizations', { name: 'New', owner_email: email }, world.platform);
    const { token } = await invite({ email });
    expect(outcome(await accept(token, newcomer))).toBe('401 invalid_credentials');
  });

  it('401 invalid_credentials for a user who is deactivated', async () => {
    const { email } = await known();
    const { token } = await invite({ email });
    await world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [email]);
    expect(outcome(await accept(token, { password }))).toBe('401 invalid_credentials');
  });

  it('403 for a session of somebody else, and 400 for a key', async () => {
    const { token } = await invite();
    const { client } = await known();
    expect(outcome(await accept(token, newcomer, client))).toBe('403 insufficient_permissions');
    expect(outcome(await accept(token, newcomer, world.owner))).toBe('400 invalid_request');
    expect(outcome(await accept(token, newcomer, world.client('sk_x')))).toBe('401 invalid_token');
  });

  it('401 invalid_token, the same bytes, for one that is spent, revoked, expired, deleted or unknown', async () => {
    const [spent, revoked, expired] = [await invite(), await invite(), await invite()];
    await accept(spent.token, newcomer);
    await world.owner.delete(`/invitations/${revoked.id}`);
    await world.server.sql('UPDATE invitation SET expires_at = now() WHERE id = $1', [expired.id]);
    const other = await world.otherOrganization();
    const deleted = await invite({}, other.owner);
    await world.platform.delete(`/organizations/${other.id}`);
    const tokens = [spent.token, revoked.token, expired.token, deleted.token, mintToken('inv'), ''];
    const answers = await Promise.all(tokens.map((token) => accept(token, newcomer)));
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(answers.map(outcome)).toEqual(tokens.map(() => '401 invalid_token'));
    expect(new Set(bytes).size).toBe(1);
  });

  it('201 for one of 10 parallel uses, and one member is made', async () => {
    const { token, email } = await invite();
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(token, newcomer)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const members = await world.server.sql(
      'SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id WHERE u.email = $1',
      [email],
    );
    expect(members).toHaveLength(1);
  });

  it('409 conflict when the person has become a member meanwhile', async () => {
    const { email } = await known();
    const { token } = await invite({ email });
    await world.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id)
       SELECT $1, $2, 'human', id, name, '00000000-0000-7000-8000-000000000130' FROM user_account WHERE email = $3`,
      [randomUUID(), world.organizationId, email],
    );
    expect(outcome(await accept(token, { password }))).toBe('409 conflict');
  });

  it('400 for a new person without a name or with a password that will not do', async () => {
    const { token } = await invite();
    const wrong = [{ password }, { name: 'Ada' }, { name: 'Ada', password: 'password1234' }];
    for (const input of wrong)
      expect(outcome(await accept(token, input))).toBe('400 invalid_request');
    expect(outcome(await accept(token, newcomer))).toBe('201');
  });

  it('403 organization_suspended while it is', async () => {
    const other = await world.otherOrganization();
    const { token } = await invite({}, other.owner);
    await world.platform.patch(`/organizations/${other.id}`, { status: 'suspended' });
    expect(outcome(await accept(token, newcomer))).toBe('403 organization_suspended');
  });
});

describe('an invitation whose sender has lost the right since', () => {
  async function sent(role: string, invited: object = {}) {
    const sender = await world.human(role);
    const { token } = await invite(invited, await world.session(sender.email));
    return { sender, token, member: `/members/${sender.id}` };
  }

  const refused = '401 invalid_token';

  it.each([
    ['demoted', (member: string) => world.owner.patch(member, { role: 'member' })],
    ['deactivated', (member: string) => world.owner.patch(member, { status: 'deactivated' })],
    ['removed', (member: string) => world.owner.delete(member)],
  ])('401 invalid_token when they were %s', async (_, lose) => {
    const { token, member } = await sent('admin');
    expect((await lose(member)).status).toBeLessThan(300);
    expect(outcome(await accept(token, newcomer))).toBe(refused);
  });

  it('401 invalid_token when they could not give that role any more', async () => {
    const { token, member } = await sent('owner', { role: 'owner' });
    await world.owner.patch(member, { role: 'admin' });
    expect(outcome(await accept(token, newcomer))).toBe(refused);
  });

  it('201 when they have only signed out, or have regained the right', async () => {
    const { token, member } = await sent('admin');
    await world.owner.patch(member, { role: 'member' });
    await world.owner.patch(member, { role: 'admin' });
    expect(outcome(await accept(token, newcomer))).toBe('201');
  });

  it('401 invalid_token when the key that it was sent with is revoked or narrowed', async () => {
    for (const lose of ['revoke', 'narrow']) {
      const { key, client } = await world.key();
      const { token } = await invite({}, client);
      if (lose === 'revoke') await world.owner.delete(`/api-keys/${key.id}`);
      else await world.owner.patch(`/api-keys/${key.id}`, { product_scopes: { members: 'read' } });
      expect(outcome(await accept(token, newcomer))).toBe(refused);
    }
  });

  it('401 invalid_token when its role is gone', async () => {
    const role = await world.created('/roles', {
      name: randomUUID(),
      level: 'organization',
      permissions: { members: 'read' },
    });
    const { token } = await invite({ role: role.id });
    await world.owner.delete(`/roles/${role.id}`);
    expect(outcome(await accept(token, newcomer))).toBe(refused);
  });
});
