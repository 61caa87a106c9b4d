import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { Invitations, newcomer, someEmail } from '../harness/invitations.js';
import { decoded, MailServer, tokenIn } from '../harness/mail.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
let invitations: Invitations;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  invitations = new Invitations(world);
});
afterAll(() => world.close());

describe('POST /v1/invitations', () => {
  it('201 with the invitation, and the link for its maker where no mail is sent', async () => {
    const project = await world.project();
    const email = someEmail();
    const projects = [{ project_id: project.id, role: 'viewer' }];
    const made = await invitations.invite({ email, role: 'member', projects });
    expect(made).toMatchObject({ email, role: 'member', projects, status: 'pending' });
    expect(made.token).toMatch(/^inv_[0-9A-Za-z]{49}$/);
    expect(made.url).toBe(`${world.server.url}/accept-invitation#token=${made.token}`);
    const days = (Date.parse(made.expires_at) - Date.parse(made.created_at)) / 86_400_000;
    expect(Math.round(days)).toBe(7);
  });

  it('sends the link by mail where there is a server for it, and keeps it from the answer', async () => {
    const mail = await MailServer.start();
    const sending = await World.start({ smtpUrl: mail.url });
    await sending.platform.patch(`/organizations/${sending.organizationId}`, {
      name: 'Win at evil.example “now”',
    });
    const made = await sending.created('/invitations', { email: someEmail(), role: 'member' });
    expect([made.token, made.url]).toEqual([undefined, undefined]);
    const letter = await mail.next();
    expect(letter.to).toEqual([made.email]);
    expect(decoded(letter.raw)).toContain(`${sending.server.url}/accept-invitation#token=inv_`);
    expect(decoded(letter.raw)).toContain('Win at evil');
    expect(decoded(letter.raw)).not.toContain('evil.example');
    const answer = await sending
      .client(null)
      .post('/invitations/accept', { token: tokenIn(letter, 'inv'), ...newcomer });
    expect(outcome(answer)).toBe('201');
    await sending.close();
    await mail.close();
  });

  it('409 conflict for a member, and for an address that is invited already, however it is written', async () => {
    const { email } = await world.human();
    const invited = (await invitations.invite()).email;
    for (const address of [email, email.toUpperCase(), invited, invited.toUpperCase()]) {
      const answer = await world.owner.post('/invitations', { email: address, role: 'member' });
      expect(outcome(answer)).toBe('409 conflict');
    }
  });

  it('says nothing of whether somebody is known elsewhere', async () => {
    const { email } = await invitations.known();
    const [one, other] = [await invitations.invite({ email }), await invitations.invite()];
    expect(Object.keys(one)).toEqual(Object.keys(other));
  });

  it('403 for a role that the sender does not hold, and for who may not change members', async () => {
    const admin = await world.session((await world.human('admin')).email);
    const member = await world.session((await world.human('member')).email);
    const as = async (client: Client, role: string) =>
      outcome(await client.post('/invitations', { email: someEmail(), role }));
    expect(await as(admin, 'admin')).toBe('201');
    expect(await as(admin, 'owner')).toBe('403 insufficient_permissions');
    expect(await as(member, 'member')).toBe('403 insufficient_permissions');
    const { client } = await world.key({ product_scopes: { members: 'read_write' } });
    expect(await as(client, 'admin')).toBe('403 insufficient_permissions');
  });

  it.each([
    ['email', ['', 'ada', 'a,b@example.com', 'a@b\r\nBcc: c@d.example', null, 7]],
    ['role', ['', 'nobody', 'viewer', null, 7]],
    ['projects', [7, ['x'], [{ role: 'viewer' }]]],
  ])('400 invalid_request for a wrong %s', async (field, values) => {
    for (const value of values) {
      const answer = await world.owner.post('/invitations', {
        email: field === 'email' ? value : someEmail(),
        role: field === 'role' ? value : 'member',
        ...(field === 'projects' && { projects: value }),
      });
      expect(outcome(answer)).toBe('400 invalid_request');
    }
  });

  it('shows no token in the answer to a repeated request', async () => {
    const keyed = world.owner.with({ 'idempotency-key': randomUUID() });
    const input = { email: someEmail(), role: 'member' };
    const [first, again] = [
      await keyed.post('/invitations', input),
      await keyed.post('/invitations', input),
    ];
    expect(again.body).toEqual({ ...first.body, token: null, url: null });
  });
});

describe('GET and DELETE /v1/invitations', () => {
  it('lists them with what has become of them, never with a token', async () => {
    const other = await world.otherOrganization();
    const made = [];
    for (let i = 0; i < 4; i += 1) made.push(await invitations.invite({}, other.owner));
    await invitations.accept(made[0].token, newcomer);
    expect(outcome(await other.owner.delete(`/invitations/${made[1].id}`))).toBe('204');
    await world.server.sql('UPDATE invitation SET expires_at = now() WHERE id = $1', [made[2].id]);
    const { body } = await other.owner.get('/invitations');
    const statuses = body.data.map(({ id, status }: Json) => [id, status]);
    const wanted = ['pending', 'expired', 'revoked', 'accepted'];
    expect(statuses).toEqual(made.toReversed().map(({ id }, i) => [id, wanted[i]]));
    expect(JSON.stringify(body)).not.toContain('inv_');
  });

  it('204 again for one that is revoked, 409 conflict for one that was accepted', async () => {
    const [revoked, accepted] = [await invitations.invite(), await invitations.invite()];
    await invitations.accept(accepted.token, newcomer);
    const remove = async ({ id }: Json) => outcome(await world.owner.delete(`/invitations/${id}`));
    expect([await remove(revoked), await remove(revoked)]).toEqual(['204', '204']);
    expect(await remove(accepted)).toBe('409 conflict');
    expect(await remove({ id: randomUUID() })).toBe('404 not_found');
  });

  it('409 conflict for a fourth mail to an address in 7 days, though the first three were taken back', async () => {
    const email = someEmail();
    for (let sent = 0; sent < 3; sent += 1) {
      const { id } = await invitations.invite({ email });
      await world.owner.delete(`/invitations/${id}`);
    }
    const again = () => world.owner.post('/invitations', { email, role: 'member' });
    expect(outcome(await again())).toBe('409 conflict');
    await world.server.sql('UPDATE invitation SET expires_at = now() WHERE email = $1', [email]);
    expect(outcome(await again())).toBe('201');
  });

  it('409 conflict for the 1,001st of an organization in 7 days, though all were taken back', async () => {
    const { id, owner, ownerId } = await world.otherOrganization();
    const made = await invitations.invite({}, owner);
    await world.server.sql(
      `INSERT INTO invitation (id, organization_id, email, email_key, role_id, projects, hash, pepper_id, sender_id,
         expires_at, revoked_at)
       SELECT gen_random_uuid(), organization_id, n || email, n || email_key, role_id, projects, decode(md5(n::text), 'hex'),
         pepper_id, $2, expires_at, now() FROM invitation, generate_series(1, 998) AS n WHERE organization_id = $1`,
      [id, ownerId],
    );
    expect((await invitations.invite({}, owner)).status).toBe('pending');
    await owner.delete(`/invitations/${made.id}`);
    const another = await owner.post('/invitations', { email: someEmail(), role: 'member' });
    expect(outcome(another)).toBe('409 conflict');
  });

  it('lets an address be invited again once the first invitation is revoked', async () => {
    const { id, email } = await invitations.invite();
    await world.owner.delete(`/invitations/${id}`);
    expect((await invitations.invite({ email })).status).toBe('pending');
  });
});
