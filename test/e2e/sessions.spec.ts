import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../../dist/src/platform/crypto/access-tokens.js';
import type { Answer, Client } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

const login = (email: string, more: object = {}): Promise<Answer> =>
  world.stranger().post('/auth/login', { email, password, ...more });

const bytes = (answer?: Answer) => answer?.text.replace(answer.body.error.request_id, '');

const sessionOf = ({ body }: Pick<Answer, 'body'>) =>
  JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());

describe('POST /v1/auth/login', () => {
  it('200 with a bearer token that works, and how long it does', async () => {
    const human = await world.human('admin');
    const answer = await login(human.email);
    expect(outcome(answer)).toBe('200');
    expect(answer.body).toMatchObject({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 900,
    });
    const { body } = await world.client(answer.body.access_token).get('/users/me');
    expect(body).toMatchObject({ id: human.id, credential: { type: 'session' }, role: 'admin' });
  });

  it('takes the e-mail address whatever its case', async () => {
    const { email } = await world.human();
    expect(outcome(await login(email.toUpperCase()))).toBe('200');
  });

  it('signs in to the oldest membership unless an organization is named, by id or slug', async () => {
    const human = await world.human();
    const first = await login(human.email);
    const client = world.client(first.body.access_token);
    const second = await world.created('/organizations', { name: 'Their own' }, client);
    const organizationOf = async (more: object) => {
      const { body } = await login(human.email, more);
      return (await world.client(body.access_token).get('/users/me')).body.organization.id;
    };
    expect(await organizationOf({})).toBe(world.organizationId);
    expect(await organizationOf({ organization: second.id })).toBe(second.id);
    expect(await organizationOf({ organization: second.slug })).toBe(second.id);
    expect(await organizationOf({ organization: world.organizationId })).toBe(world.organizationId);
  });

  it('401 invalid_credentials, the same bytes, for all that is wrong', async () => {
    const human = await world.human();
    const deactivated = await world.human();
    await world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [
      deactivated.email,
    ]);
    const other = await world.otherOrganization();
    const answers = await Promise.all([
      login(human.email, { password: 'not the password' }),
      login('nobody@example.com'),
      login('no e-mail address'),
      login(deactivated.email),
      login(human.email, { organization: other.id }),
      login(human.email, { organization: 'no-such-organization' }),
    ]);
    for (const answer of answers) {
      expect(outcome(answer)).toBe('401 invalid_credentials');
      expect(bytes(answer)).toBe(bytes(answers[0]));
      const { headers } = answer;
      expect(headers.get('content-length')).toBe(answers[0]?.headers.get('content-length'));
    }
  });

  it('429 rate_limit_exceeded with Retry-After when one address tries too often', async () => {
    const one = world.stranger();
    const tries: Answer[] = [];
    for (let i = 0; i < 21; i += 1)
      tries.push(
        await one.post('/auth/login', { email: `x${i}@example.com`, password: 'a guess' }),
      );
    expect(tries.slice(0, 20).map(outcome)).toEqual(Array(20).fill('401 invalid_credentials'));
    const last = tries[20] as Answer;
    expect(outcome(last)).toBe('429 rate_limit_exceeded');
    const seconds = Number(last.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(outcome(await login((await world.human()).email))).toBe('200');
  });

  it('records session.created with the member as actor', async () => {
    const human = await world.human();
    const session = sessionOf(await login(human.email));
    const { body } = await world.owner.get(
      `/audit-events?action=session.created&actor_id=${human.id}`,
    );
    expect(body.data).toMatchObject([{ target: { type: 'session', id: session.sid } }]);
  });
});

describe('POST /v1/auth/logout', () => {
  it('204, and the very next call with the token is 401 invalid_token', async () => {
    const client = await signedIn();
    expect(outcome(await client.post('/auth/logout'))).toBe('204');
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await client.post('/auth/logout'))).toBe('401 invalid_token');
  });

  it('leaves the person’s other sessions alone', async () => {
    const { email } = await world.human();
    const [one, other] = [await signedIn(email), await signedIn(email)];
    await one.post('/auth/logout');
    expect(outcome(await other.get('/users/me'))).toBe('200');
  });

  it('400 for an API key, which is no session', async () => {
    expect(outcome(await world.owner.post('/auth/logout'))).toBe('400 invalid_request');
  });
});

describe('a session', () => {
  it('gives tokens that last as long as the organization’s policy says', async () => {
    const other = await world.otherOrganization();
    await other.owner.patch(`/organizations/${other.id}`, {
      policy: { access_token_ttl_seconds: 61 },
    });
    const human = await world.human('member', other.id);
    const answer = await login(human.email);
    expect(answer.body.expires_in).toBe(61);
    const { exp, iat } = sessionOf(answer);
    expect(exp - iat).toBe(61);
  });

  it('401 invalid_token once the token has expired', async () => {
    const human = await world.human();
    const { sid, sub } = sessionOf(await login(human.email));
    const tokens = new AccessTokens([world.server.signingKey], () => world.server.url);
    const use = async (seconds: number) => {
      const token = await tokens.sign({ subject: sub, sessionId: sid }, seconds);
      return outcome(await world.client(token).get('/users/me'));
    };
    expect(await use(60)).toBe('200');
    expect(await use(-1)).toBe('401 invalid_token');
  });

  it('401 invalid_token once the token that was just called with runs out', async () => {
    const human = await world.human();
    const { sid, sub } = sessionOf(await login(human.email));
    const tokens = new AccessTokens([world.server.signingKey], () => world.server.url);
    const token = await tokens.sign({ subject: sub, sessionId: sid }, 3);
    const { exp } = sessionOf({ body: { access_token: token } });
    const call = async () => outcome(await world.client(token).get('/users/me'));
    expect([await call(), await call(), await call()]).toEqual(['200', '200', '200']);
    await setTimeout(exp * 1_000 - Date.now() + 20);
    expect(await call()).toBe('401 invalid_token');
  });

  it('401 invalid_token once the session itself is over, whatever the token says', async () => {
    const human = await world.human();
    const answer = await login(human.email);
    const id = sessionOf(answer).sid;
    await world.rewrite('UPDATE session SET expires_at = now() WHERE id = $1', [id]);
    const client = world.client(answer.body.access_token);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
  });

  it('403 account_deactivated while its member is deactivated', async () => {
    const human = await world.human();
    const client = await signedIn(human.email);
    await world.owner.patch(`/members/${human.id}`, { status: 'deactivated' });
    expect(outcome(await client.get('/users/me'))).toBe('403 account_deactivated');
    await world.owner.patch(`/members/${human.id}`, { status: 'active' });
    expect(outcome(await client.get('/users/me'))).toBe('200');
  });

  it('403 account_deactivated while its user is deactivated', async () => {
    const human = await world.human();
    const client = await signedIn(human.email);
    const set = (status: string) =>
      world.rewrite('UPDATE user_account SET status = $1 WHERE email = $2', [status, human.email]);
    await set('deactivated');
    expect(outcome(await client.get('/users/me'))).toBe('403 account_deactivated');
  });

  it('401 invalid_token once its member is removed', async () => {
    const human = await world.human();
    const client = await signedIn(human.email);
    await world.owner.delete(`/members/${human.id}`);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await login(human.email))).toBe('401 invalid_credentials');
  });

  it('has a limit of its own: 600 calls a minute and user', async () => {
    const { headers } = await (await signedIn()).get('/users/me');
    expect(headers.get('ratelimit-policy')).toBe('"session";q=600;w=60');
  });
});

async function signedIn(email?: string): Promise<Client> {
  const { body } = await login(email ?? (await world.human()).email);
  return world.client(body.access_token);
}
