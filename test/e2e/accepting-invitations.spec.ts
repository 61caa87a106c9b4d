import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import type { Json } from '../harness/client.js';
import { Invitations, newcomer, someEmail } from '../harness/invitations.js';
import { outcome } from '../harness/outcome.js';
import { password, World } from '../harness/world.js';

let world: World;
let invitations: Invitations;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  invitations = new Invitations(world);
});
afterAll(() => world.close());

describe('POST /v1/invitations/accept', () => {
  it('201 as a new person, who signs in with the roles of the invitation', async () => {
    const project = await world.project();
    const projects = [{ project_id: project.id, role: 'editor' }];
    const { email, token } = await invitations.invite({ projects });
    const answer = await invitations.accept(token, newcomer);
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
      const { email, client } = await invitations.known();
      const { token } = await invitations.invite({ email: email.toUpperCase() });
      const answer =
        way === 'session'
          ? await invitations.accept(token, {}, client)
          : await invitations.accept(token, { password });
      expect(outcome(answer)).toBe('201');
      const switched = await client.post('/auth/switch', { organization_id: world.organizationId });
      const { body } = await world.client(switched.body.access_token).get('/users/me');
      expect(body).toMatchObject({ id: answer.body.id, email, role: 'member' });
    }
  });

  it('401 invalid_credentials for a known address with another password or none; it is not overwritten', async () => {
    const { email } = await invitations.known();
    const { token } = await invitations.invite({ email });
    for (const input of [{ password: `${password}?` }, { name: 'Ada' }, {}])
      expect(outcome(await invitations.accept(token, input))).toBe('401 invalid_credentials');
    expect(outcome(await invitations.accept(token, { password }))).toBe('201');
  });

  it('201 as a new person for a look-alike of an address that is known', async () => {
    const name = randomUUID();
    const { email, token: first } = await invitations.invite({ email: `paul-${name}@example.com` });
    await invitations.accept(first, newcomer);
    const another = { name: 'Another', password: 'nine llamas waltz at dusk' };
    for (const look of ['pаul', 'ｐaul', 'paul.']) {
      const { token } = await invitations.invite({ email: `${look}-${name}@example.com` });
      expect(outcome(await invitations.accept(token, another))).toBe('201');
    }
    const login = await world.stranger().post('/auth/login', { email, password: another.password });
    expect(outcome(login)).toBe('401 invalid_credentials');
  });

  it('401 invalid_credentials for a user without a password: whoever holds the link must not set one', async () => {
    const email = someEmail();
    await world.created('/organizations', { name: 'New', owner_email: email }, world.platform);
    const { token } = await invitations.invite({ email });
    expect(outcome(await invitations.accept(token, newcomer))).toBe('401 invalid_credentials');
  });

  it('401 invalid_credentials for a user who is deactivated', async () => {
    const { email } = await invitations.known();
    const { token } = await invitations.invite({ email });
    await world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [email]);
    expect(outcome(await invitations.accept(token, { password }))).toBe('401 invalid_credentials');
  });

  it('403 for a session of somebody else, and 400 for a key', async () => {
    const { token } = await invitations.invite();
    const { client } = await invitations.known();
    expect(outcome(await invitations.accept(token, newcomer, client))).toBe(
      '403 insufficient_permissions',
    );
    expect(outcome(await invitations.accept(token, newcomer, world.owner))).toBe(
      '400 invalid_request',
    );
    expect(outcome(await invitations.accept(token, newcomer, world.client('sk_x')))).toBe(
      '401 invalid_token',
    );
  });

  it('401 invalid_token, the same bytes, for one that is spent, revoked, expired, deleted or unknown', async () => {
    const [spent, revoked, expired] = [
      await invitations.invite(),
      await invitations.invite(),
      await invitations.invite(),
    ];
    await invitations.accept(spent.token, newcomer);
    await world.owner.delete(`/invitations/${revoked.id}`);
    await world.server.sql('UPDATE invitation SET expires_at = now() WHERE id = $1', [expired.id]);
    const other = await world.otherOrganization();
    const deleted = await invitations.invite({}, other.owner);
    await world.platform.delete(`/organizations/${other.id}`);
    const tokens = [spent.token, revoked.token, expired.token, deleted.token, mintToken('inv'), ''];
    const answers = await Promise.all(tokens.map((token) => invitations.accept(token, newcomer)));
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(answers.map(outcome)).toEqual(tokens.map(() => '401 invalid_token'));
    expect(new Set(bytes).size).toBe(1);
  });

  it('201 for one of 10 parallel uses, and one member is made', async () => {
    const { token, email } = await invitations.invite();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => invitations.accept(token, newcomer)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const members = await world.server.sql(
      'SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id WHERE u.email = $1',
      [email],
    );
    expect(members).toHaveLength(1);
  });

  it('409 conflict when the person has become a member meanwhile', async () => {
    const { email } = await invitations.known();
    const { token } = await invitations.invite({ email });
    await world.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id)
       SELECT $1, $2, 'human', id, name, '00000000-0000-7000-8000-000000000130' FROM user_account WHERE email = $3`,
      [randomUUID(), world.organizationId, email],
    );
    expect(outcome(await invitations.accept(token, { password }))).toBe('409 conflict');
  });

  it('400 for a new person without a name or with a password that will not do', async () => {
    const { token } = await invitations.invite();
    const wrong = [{ password }, { name: 'Ada' }, { name: 'Ada', password: 'password1234' }];
    for (const input of wrong)
      expect(outcome(await invitations.accept(token, input))).toBe('400 invalid_request');
    expect(outcome(await invitations.accept(token, newcomer))).toBe('201');
  });

  it('403 organization_suspended while it is', async () => {
    const other = await world.otherOrganization();
    const { token } = await invitations.invite({}, other.owner);
    await world.platform.patch(`/organizations/${other.id}`, { status: 'suspended' });
    expect(outcome(await invitations.accept(token, newcomer))).toBe('403 organization_suspended');
  });
});

describe('an invitation whose sender has lost the right since', () => {
  async function sent(role: string, invited: object = {}) {
    const sender = await world.human(role);
    const { token } = await invitations.invite(invited, await world.session(sender.email));
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
    expect(outcome(await invitations.accept(token, newcomer))).toBe(refused);
  });

  it('401 invalid_token when they could not give that role any more', async () => {
    const { token, member } = await sent('owner', { role: 'owner' });
    await world.owner.patch(member, { role: 'admin' });
    expect(outcome(await invitations.accept(token, newcomer))).toBe(refused);
  });

  it('201 when they have only signed out, or have regained the right', async () => {
    const { token, member } = await sent('admin');
    await world.owner.patch(member, { role: 'member' });
    await world.owner.patch(member, { role: 'admin' });
    expect(outcome(await invitations.accept(token, newcomer))).toBe('201');
  });

  it('401 invalid_token when the key that it was sent with is revoked or narrowed', async () => {
    for (const lose of ['revoke', 'narrow']) {
      const { key, client } = await world.key();
      const { token } = await invitations.invite({}, client);
      if (lose === 'revoke') await world.owner.delete(`/api-keys/${key.id}`);
      else await world.owner.patch(`/api-keys/${key.id}`, { product_scopes: { members: 'read' } });
      expect(outcome(await invitations.accept(token, newcomer))).toBe(refused);
    }
  });

  it('401 invalid_token when its role is gone', async () => {
    const role = await world.created('/roles', {
      name: randomUUID(),
      level: 'organization',
      permissions: { members: 'read' },
    });
    const { token } = await invitations.invite({ role: role.id });
    await world.owner.delete(`/roles/${role.id}`);
    expect(outcome(await invitations.accept(token, newcomer))).toBe(refused);
  });
});
