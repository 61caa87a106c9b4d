import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import type { Answer, Client, Json } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { outcome } from '../harness/outcome.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
let clock: Clock;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  clock = await Clock.stopped(world.server);
});
afterAll(() => world.close());

/** The client that a test refreshes with; another address and name for each test. */
let client: Client;
beforeEach(() => {
  client = stranger();
});

const refused = '401 invalid_token';

function stranger(userAgent: string = randomUUID()): Client {
  return world.client(null).with({ 'x-forwarded-for': someAddress(), 'user-agent': userAgent });
}

async function signedIn(human?: { email: string }): Promise<Json> {
  const { email } = human ?? (await world.human('admin'));
  const { body } = await client.post('/auth/login', { email, password });
  return body;
}

const refresh = (token: string, by: Client = client): Promise<Answer> =>
  by.post('/auth/refresh', { refresh_token: token });

/** Makes a session so many days older, since the audit log takes no events of later weeks. */
async function age({ access_token }: Json, days: number): Promise<void> {
  const { sid } = decodeJwt(access_token);
  const earlier = (column: string) => `${column} = ${column} - make_interval(days => $2)`;
  const columns = ['created_at', 'refreshed_at', 'expires_at'].map(earlier).join(', ');
  await world.rewrite(`UPDATE session SET ${columns} WHERE id = $1`, [sid, days]);
  const tokens = `UPDATE refresh_token SET ${earlier('expires_at')} WHERE session_id = $1`;
  await world.server.sql(tokens, [sid, days]);
}

const use = async (token: string): Promise<string> =>
  outcome(await world.client(token).get('/users/me'));

describe('POST /v1/auth/refresh', () => {
  it('200 with a new access token of the same session, and another refresh token', async () => {
    const first = await signedIn();
    const answer = await refresh(first.refresh_token);
    expect(outcome(answer)).toBe('200');
    expect(answer.body).toMatchObject({ token_type: 'bearer', expires_in: 900 });
    expect(answer.body.refresh_token).toMatch(/^rt_[0-9A-Za-z]{49}$/);
    expect(answer.body.refresh_token).not.toBe(first.refresh_token);
    expect(await use(answer.body.access_token)).toBe('200');
    const me = async (token: string) =>
      (await world.client(token).get('/users/me')).body.credential.id;
    expect(await me(answer.body.access_token)).toBe(await me(first.access_token));
    expect(outcome(await refresh(answer.body.refresh_token))).toBe('200');
  });

  it('401 invalid_token for a token used again, and its whole family has ended', async () => {
    const first = await signedIn();
    const second = (await refresh(first.refresh_token)).body;
    const third = (await refresh(second.refresh_token)).body;
    await clock.advance(11);
    expect(outcome(await refresh(first.refresh_token))).toBe(refused);
    expect(await use(third.access_token)).toBe(refused);
    for (const { refresh_token } of [first, second, third])
      expect(outcome(await refresh(refresh_token))).toBe(refused);
  });

  it('leaves the person’s other sessions alone when one family ends', async () => {
    const human = await world.human('admin');
    const [one, other] = [await signedIn(human), await signedIn(human)];
    await refresh(one.refresh_token);
    await clock.advance(11);
    expect(outcome(await refresh(one.refresh_token))).toBe(refused);
    expect(await use(one.access_token)).toBe(refused);
    expect(await use(other.access_token)).toBe('200');
    expect(outcome(await refresh(other.refresh_token))).toBe('200');
  });

  it('records session.refreshed, and session.ended with the reason when a token comes again', async () => {
    const { access_token, refresh_token } = await signedIn();
    const { body: me } = await world.client(access_token).get('/users/me');
    await refresh(refresh_token);
    await clock.advance(11);
    await refresh(refresh_token);
    const { body } = await world.owner.get(`/audit-events?actor_id=${me.id}`);
    const told = body.data.filter(({ action }: Json) =>
      /^session\.(refreshed|ended)$/.test(action),
    );
    expect(told).toMatchObject([
      { action: 'session.ended', changes: { reason: [null, 'refresh token used again'] } },
      { action: 'session.refreshed', target: { type: 'session', id: me.credential.id } },
    ]);
  });

  it('one lineage is left when the same token comes 20 times at once', async () => {
    const { refresh_token, access_token } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    expect(answers.map(outcome)).toEqual(Array(20).fill('200'));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    const { body: me } = await world.client(access_token).get('/users/me');
    const unspent = await world.server.sql(
      'SELECT 1 FROM refresh_token WHERE session_id = $1 AND spent_at IS NULL',
      [me.credential.id],
    );
    expect(unspent).toHaveLength(1);
    expect(outcome(await refresh([...successors][0] as string))).toBe('200');
  });

  it('one lineage is left also when it comes to 3 instances at once', async () => {
    const { refresh_token } = await signedIn();
    const headers = { 'x-forwarded-for': someAddress(), 'user-agent': 'one client' };
    const clients = (await world.instances(3)).map((to) => to('').with(headers));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => refresh(refresh_token, clients[i % 3])),
    );
    expect(answers.map(outcome)).toEqual(Array(20).fill('200'));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it.each([
    ['address', () => stranger('same')],
    ['user agent', () => client.with({ 'user-agent': 'another' })],
  ])('has no grace for another %s: the family has ended', async (_, other) => {
    client = client.with({ 'user-agent': 'same' });
    const { refresh_token } = await signedIn();
    const { body } = await refresh(refresh_token);
    expect(outcome(await refresh(refresh_token, other()))).toBe(refused);
    expect(await use(body.access_token)).toBe(refused);
  });

  it('401 invalid_token, the same bytes, for whatever is no token in force', async () => {
    const ended = await signedIn();
    await world.client(ended.access_token).post('/auth/logout');
    const spent = await signedIn();
    await refresh(spent.refresh_token);
    await clock.advance(11);
    const wrong = [
      '',
      'nonsense',
      mintToken('rt'),
      ended.refresh_token,
      spent.refresh_token,
      spent.refresh_token.slice(0, -1),
      spent.access_token,
      world.server.first.apiKey,
    ];
    const answers = await Promise.all(wrong.map((token) => refresh(token)));
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(answers.map(outcome)).toEqual(wrong.map(() => refused));
    expect(new Set(bytes).size).toBe(1);
    expect(answers[0]?.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('401 invalid_token after 7 days without a refresh', async () => {
    const first = await signedIn();
    await age(first, 6);
    const second = (await refresh(first.refresh_token)).body;
    expect(await use(second.access_token)).toBe('200');
    await age(second, 7);
    await clock.advance(1);
    expect(outcome(await refresh(second.refresh_token))).toBe(refused);
  });

  it('401 invalid_token after 30 days, however often it was refreshed', async () => {
    let tokens = await signedIn();
    for (let days = 0; days < 24; days += 6) {
      await age(tokens, 6);
      tokens = (await refresh(tokens.refresh_token)).body;
      expect(await use(tokens.access_token)).toBe('200');
    }
    await age(tokens, 6);
    await clock.advance(1);
    expect(outcome(await refresh(tokens.refresh_token))).toBe(refused);
  });

  it('gives an access token that is over with its session', async () => {
    const tokens = await signedIn();
    await world.rewrite(
      `UPDATE session SET expires_at = (SELECT time FROM stopped_clock) + interval '5 minutes' WHERE id = $1`,
      [decodeJwt(tokens.access_token).sid],
    );
    const { body } = await refresh(tokens.refresh_token);
    expect(body.expires_in).toBe(300);
  });

  it('follows the organization’s policy, also one that is shortened meanwhile', async () => {
    const other = await world.otherOrganization();
    const policy = (values: object) =>
      other.owner.patch(`/organizations/${other.id}`, { policy: values });
    const human = await world.human('member', other.id);
    const { refresh_token } = await signedIn(human);
    await policy({ access_token_ttl_seconds: 120 });
    const { body } = await refresh(refresh_token);
    expect(body.expires_in).toBe(120);
    await clock.advance(3601);
    await policy({ refresh_token_ttl_seconds: 3600 });
    expect(outcome(await refresh(body.refresh_token))).toBe(refused);
  });

  it('403 as the session’s own calls: deactivated member, suspended organization, foreign address', async () => {
    const other = await world.otherOrganization();
    const human = await world.human('member', other.id);
    const { refresh_token } = await signedIn(human);
    const organization = `/organizations/${other.id}`;
    await other.owner.patch(`/members/${human.id}`, { status: 'deactivated' });
    expect(outcome(await refresh(refresh_token))).toBe('403 account_deactivated');
    await other.owner.patch(`/members/${human.id}`, { status: 'active' });
    await world.platform.patch(organization, { status: 'suspended' });
    expect(outcome(await refresh(refresh_token))).toBe('403 organization_suspended');
    await world.platform.patch(organization, { status: 'active' });
    await world.platform.patch(organization, { policy: { allowed_ips: ['192.0.2.1'] } });
    expect(outcome(await refresh(refresh_token))).toBe('403 ip_not_allowed');
    await world.platform.patch(organization, { policy: { allowed_ips: null } });
    expect(outcome(await refresh(refresh_token))).toBe('200');
  });

  it('401 invalid_token once its member is removed', async () => {
    const human = await world.human();
    const { refresh_token } = await signedIn(human);
    await world.owner.delete(`/members/${human.id}`);
    expect(outcome(await refresh(refresh_token))).toBe(refused);
  });

  it('is no bearer token: 401 invalid_token', async () => {
    expect(await use((await signedIn()).refresh_token)).toBe(refused);
  });
});
