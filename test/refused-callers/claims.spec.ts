import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { sealedLog, unlinked } from '../audit-chain/audit-log.js';
import type { Answer, Client, Json } from '../harness/client.js';
import { basic, oauthClient, postForm } from '../harness/oauth-client.js';
import { outcome } from '../harness/outcome.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

const unknown = { type: 'unknown', id: null, name: 'unknown' };
const login = (email: string, more: object = {}, ip = someAddress()): Promise<Answer> =>
  world.stranger(ip).post('/auth/login', { email, password: 'a guess', ...more });

/** The newest event of an action in a log. */
async function newest(action: string, by: Client = world.owner): Promise<Json> {
  return (await by.get(`/audit-events?action=${action}&limit=1`)).body.data[0];
}

async function userOf(email: string): Promise<string> {
  const [row] = await world.server.sql<{ id: string }>(
    'SELECT id FROM user_account WHERE email = $1',
    [email],
  );
  return row?.id ?? '';
}

/** Calls of an action that the logs tell of, in how many events, and whether they name anybody. */
async function told(action: string, ip: string): Promise<Json> {
  const [row] = await world.server.sql(
    `SELECT sum(count)::int AS calls, count(*)::int AS events, count(target_id)::int AS naming
     FROM audit_event WHERE action = $1 AND request_ip = $2`,
    [action, ip],
  );
  return row;
}

describe('a login that is refused', () => {
  it('is told in the person’s organization, by the user that was named and not as them', async () => {
    const { email } = await world.human();
    const answer = await login(email);
    expect(outcome(answer)).toBe('401 invalid_credentials');
    expect(await newest('session.refused')).toMatchObject({
      outcome: 'denied',
      code: 'invalid_credentials',
      organization_id: world.organizationId,
      actor: unknown,
      credential: null,
      target: { type: 'user', id: await userOf(email) },
      request: { id: answer.headers.get('x-request-id'), route: '/v1/auth/login' },
    });
  });

  it('is told in the organization that was asked for, and in the oldest where they are no member of it', async () => {
    const { email } = await world.human('admin');
    const own = await world.created('/organizations', { name: 'Own' }, await world.session(email));
    const other = await world.otherOrganization();
    const target = { type: 'user', id: await userOf(email) };
    await login(email, { organization: own.slug });
    expect(
      await world.server.sql(
        `SELECT target_id AS id FROM audit_event
        WHERE organization_id = $1 AND action = 'session.refused'`,
        [own.id],
      ),
    ).toEqual([{ id: target.id }]);
    const right = await login(email, { organization: other.id, password });
    expect(outcome(right)).toBe('401 invalid_credentials');
    const { request } = await newest('session.refused');
    expect(request.id).toBe(right.headers.get('x-request-id'));
    expect(await newest('session.refused', other.owner)).toBeUndefined();
  });

  it('is told in the operator’s log where nobody has the address, without the address', async () => {
    const email = `${randomUUID()}@example.com`;
    const answer = await login(email);
    const event = await newest('session.refused', world.platform);
    expect(event).toMatchObject({ organization_id: null, actor: unknown, target: null });
    expect(event.request.id).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(event)).not.toContain(email.slice(0, 8));
  });

  it('is told once for many that are alike, and all that are answered are', async () => {
    const [one, other] = [await world.human(), await world.human()];
    const ip = someAddress();
    const emails = [one.email, other.email, 'nobody@example.com', 'no.one@example.com'];
    const answers = await Promise.all(
      [...emails, ...emails, ...emails].map((e) => login(e, {}, ip)),
    );
    expect(new Set(answers.map(outcome))).toEqual(new Set(['401 invalid_credentials']));
    const { calls, events, naming } = await told('session.refused', ip);
    expect(calls).toBe(12);
    expect(events).toBeLessThan(12);
    expect(naming).toBeGreaterThanOrEqual(2);
  });

  it('401 also with an organization that is no text to PostgreSQL, and nobody else is held up', async () => {
    const { email } = await world.human();
    const hostile = ['\0', '\ud800', `'; DROP TABLE gate; --`].map((organization) =>
      login(email, { organization }),
    );
    const answers = await Promise.all([...hostile, login(email), login('nobody@example.com')]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(outcome(answers.at(-1) as Answer)).toBe('401 invalid_credentials');
  });

  it('503 unavailable, and not 401, when it cannot be told, whoever is meant', async () => {
    const { email } = await world.human();
    const holder = new pg.Client({ connectionString: world.server.config.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN; SELECT 1 FROM gate FOR UPDATE');
    const answers = await Promise.all([login(email), login('nobody@example.com')]);
    await holder.end();
    expect(answers.map(outcome)).toEqual(['503 unavailable', '503 unavailable']);
    expect(outcome(await login(email))).toBe('401 invalid_credentials');
  });
});

describe('what else is refused before there is a credential', () => {
  it('a wrong present password: user.password_refused in the session’s organization', async () => {
    const { email } = await world.human();
    const session = await world.session(email);
    const input = { current_password: 'a guess', new_password: 'nine llamas waltz at dusk' };
    expect((await session.post('/auth/password', input)).status).toBe(401);
    const target = { type: 'user', id: await userOf(email) };
    expect(await newest('user.password_refused')).toMatchObject({ outcome: 'denied', target });
  });

  it('a wrong password beside an invitation: invitation.refused', async () => {
    const other = await world.otherOrganization();
    const { email } = await world.human('admin', other.id);
    const { token } = await world.created('/invitations', { email, role: 'member' });
    expect(
      (await world.stranger().post('/invitations/accept', { token, password: '?' })).status,
    ).toBe(401);
    const event = await newest('invitation.refused', other.owner);
    expect(event.target).toEqual({ type: 'user', id: await userOf(email) });
  });

  it('a refresh token whose session has ended, and one that is used again: session.refused', async () => {
    const { email } = await world.human('admin');
    const { access_token, refresh_token } = await world.signIn(email);
    const { id } = (await world.client(access_token).get('/users/me')).body.credential;
    const refresh = () => world.stranger().post('/auth/refresh', { refresh_token });
    expect(outcome(await refresh())).toBe('200');
    for (let uses = 2; uses <= 3; uses += 1) {
      const answer = await refresh();
      expect(outcome(answer)).toBe('401 invalid_token');
      expect(await newest('session.refused')).toMatchObject({
        code: 'invalid_token',
        target: { type: 'session', id },
        request: { id: answer.headers.get('x-request-id'), route: '/v1/auth/refresh' },
      });
      const { body } = await world.owner.get('/audit-events?action=session.ended');
      const endings = body.data.filter(({ target }: Json) => target.id === id);
      expect(endings).toHaveLength(1);
    }
  });

  it('a refresh token of a deactivated member: session.refused with its code', async () => {
    const human = await world.human();
    const { refresh_token } = await world.signIn(human.email);
    await world.owner.patch(`/members/${human.id}`, { status: 'deactivated' });
    expect((await world.stranger().post('/auth/refresh', { refresh_token })).status).toBe(403);
    expect(await newest('session.refused')).toMatchObject({ code: 'account_deactivated' });
  });

  it('a wrong client secret: oauth_client.refused in the client’s organization', async () => {
    const client = await oauthClient(world);
    await client.at(world.server, mintToken('cs')).tokenAnswer();
    expect(await newest('oauth_client.refused')).toMatchObject({
      outcome: 'denied',
      code: 'invalid_credentials',
      actor: unknown,
      target: { type: 'oauth_client', id: client.id },
      request: { route: '/oauth/token' },
    });
  });

  it.each([
    ['an unknown client id', randomUUID()],
    ['what is no id', 'x'.repeat(5_000)],
  ])(
    'a client secret with %s: oauth_client.refused in the operator’s log, naming nobody',
    async (_, id) => {
      const authorization = basic(id, mintToken('cs'));
      const form = { grant_type: 'client_credentials' };
      const answer = await postForm(world.server, 'token', form, { authorization });
      const event = await newest('oauth_client.refused', world.platform);
      expect(event).toMatchObject({ target: null, request: { route: '/oauth/token' } });
      expect(event.request.id).toBe(answer.headers.get('x-request-id'));
    },
  );

  it.each([
    ['/auth/refresh', () => ({ refresh_token: mintToken('rt') })],
    ['/auth/password/reset', () => ({ token: mintToken('rst'), new_password: password })],
    ['/invitations/accept', () => ({ token: mintToken('inv'), name: 'Ada', password })],
  ])(
    'an unknown token at POST %s: unknown_token.used in the operator’s log',
    async (path, input) => {
      const answer = await world.stranger().post(path, input());
      expect(outcome(answer)).toBe('401 invalid_token');
      const { request } = await newest('unknown_token.used', world.platform);
      expect(request).toMatchObject({
        id: answer.headers.get('x-request-id'),
        route: `/v1${path}`,
      });
    },
  );
});

it('changes of an organization go on beside refusals, and every chain verifies', async () => {
  const { email } = await world.human();
  const changes = Array.from({ length: 20 }, () => world.owner.post('/projects', { name: 'P' }));
  const guesses = Array.from({ length: 20 }, (_, i) => login(i % 2 ? email : `${i}@example.com`));
  const made = (await Promise.all(changes)).map(({ status }) => status);
  await Promise.all(guesses);
  expect(made).toEqual(Array(20).fill(201));
  for (const log of [await sealedLog(world.owner), await sealedLog(world.platform)])
    expect(unlinked(log)).toEqual([]);
});
