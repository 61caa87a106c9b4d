import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNewPassword } from '../../dist/src/modules/users/index.js';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import type { Answer, Client, Json } from '../harness/client.js';
import { MailServer, decoded, tokenIn } from '../harness/mail.js';
import { outcome } from '../harness/outcome.js';
import { password, World } from '../harness/world.js';

let world: World;
let mail: MailServer;
beforeAll(async () => {
  mail = await MailServer.start();
  world = await World.start({ trustedProxies: ['127.0.0.1'], smtpUrl: mail.url });
});
afterAll(async () => {
  await world.close();
  await mail.close();
});

const another = 'nine llamas waltz at dusk';
const login = (email: string, secret: string): Promise<Answer> =>
  world.stranger().post('/auth/login', { email, password: secret });
const forgot = (email: string): Promise<Answer> =>
  world.stranger().post('/auth/password/forgot', { email });
const reset = (token: string, new_password = another): Promise<Answer> =>
  world.stranger().post('/auth/password/reset', { token, new_password });
const change = (client: Client, input: object = {}): Promise<Answer> =>
  client.post('/auth/password', { current_password: password, new_password: another, ...input });

/** The token of the mail that is sent to somebody who has forgotten their password. */
async function tokenFor(email: string): Promise<string> {
  expect(outcome(await forgot(email))).toBe('202');
  return tokenIn(await mail.next(), 'rst');
}

describe('POST /v1/auth/password', () => {
  it('204, the new password signs in and the old one does not', async () => {
    const { email } = await world.human();
    expect(outcome(await change(await world.session(email)))).toBe('204');
    expect(outcome(await login(email, password))).toBe('401 invalid_credentials');
    expect(outcome(await login(email, another))).toBe('200');
  });

  it('ends every other session at the very next call, on every instance and in every organization', async () => {
    const { email } = await world.human();
    const changing = await world.session(email);
    const own = await world.created('/organizations', { name: 'Own' }, changing);
    const { body: elsewhere } = await world.stranger().post('/auth/login', {
      email,
      password,
      organization: own.id,
    });
    const tokens = await world.signIn(email);
    const others = (await world.instances(3)).flatMap((to) => [
      to(tokens.access_token),
      to(elsewhere.access_token),
    ]);
    for (const client of others) expect(outcome(await client.get('/users/me'))).toBe('200');
    expect(outcome(await change(changing))).toBe('204');
    for (const client of others)
      expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    const refresh = await world
      .stranger()
      .post('/auth/refresh', { refresh_token: tokens.refresh_token });
    expect(outcome(refresh)).toBe('401 invalid_token');
    expect(outcome(await changing.get('/users/me'))).toBe('200');
  });

  it('401 invalid_credentials when the present password is wrong, and nothing changes', async () => {
    const { email } = await world.human();
    const client = await world.session(email);
    const answer = await change(client, { current_password: `${password}?` });
    expect(outcome(answer)).toBe('401 invalid_credentials');
    expect(outcome(await login(email, password))).toBe('200');
  });

  it('429 after too many wrong ones, also where each could be sent again', async () => {
    const client = await world.session((await world.human()).email);
    const outcomes: string[] = [];
    for (let i = 0; i < 15; i += 1) {
      const keyed = client.with({ 'idempotency-key': randomUUID() });
      outcomes.push(outcome(await change(keyed, { current_password: `${password}?` })));
    }
    expect(new Set(outcomes)).toEqual(
      new Set(['401 invalid_credentials', '429 rate_limit_exceeded']),
    );
  });

  it('lets no session be opened with a password that is changed meanwhile', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { email } = await world.human();
      const client = await world.session(email);
      const [signedIn, changed] = await Promise.all([login(email, password), change(client)]);
      expect(outcome(changed)).toBe('204');
      const token = signedIn.body.access_token ?? '';
      expect(outcome(await world.client(token).get('/users/me'))).toBe('401 invalid_token');
    }
  });

  it('400 for a key: it acts for its owner but is not them', async () => {
    expect(outcome(await change(world.owner))).toBe('400 invalid_request');
  });

  it('records user.password_changed and how many sessions ended, in each organization', async () => {
    const { id, email } = await world.human();
    const client = await world.session(email);
    await world.session(email);
    await change(client);
    const { body } = await world.owner.get(
      `/audit-events?action=user.password_changed&actor_id=${id}`,
    );
    expect(body.data).toMatchObject([
      { target: { type: 'user' }, changes: { ended_sessions: [null, 1] } },
    ]);
  });
});

describe('a new password', () => {
  it.each([
    ['of 11 characters', 'k3#Vt9!qLm2'],
    ['of 129 characters', 'k3#Vt9!qLm2x'.repeat(11).slice(0, 129)],
    ['that many others have chosen', 'password1234'],
    ['that many others have chosen, in capitals', 'PASSWORD1234'],
    ['that many others have chosen, in full width', 'ｐａｓｓｗｏｒｄ１２３４'],
    ['of one letter', 'aaaaaaaaaaaaaaaa'],
    ['of one word again and again', 'abc123abc123abc123'],
    ['of letters in their order', 'abcdefghijklm'],
    ['of digits in their order', '1234567890123'],
    ['from the keyboard', '1qaz2wsx3edc4rfv'],
    ['that is no text', 7],
  ])('%s is 400 invalid_request', async (_, new_password) => {
    const client = await world.session((await world.human()).email);
    const answer = await change(client, { new_password });
    expect(outcome(answer)).toBe('400 invalid_request');
    expect(answer.body.error.details).toMatchObject([{ field: 'new_password' }]);
  });

  it.each(['k3#Vt9!qLm2x', 'nine llamas waltz', '🦙'.repeat(6) + 'waltz!', 'пароль для теста'])(
    '%s will do',
    (text) => {
      expect(isNewPassword(text)).toBe(true);
    },
  );

  it('is the same however its letters are composed', async () => {
    const { email } = await world.human();
    const word = 'déjà vu à la café noir';
    await change(await world.session(email), { new_password: word.normalize('NFD') });
    expect(outcome(await login(email, word.normalize('NFC')))).toBe('200');
    expect(outcome(await login(email, word.normalize('NFD')))).toBe('200');
  });
});

describe('POST /v1/auth/password/forgot', () => {
  it('202 with the same bytes whoever has the address, and one mail to who does', async () => {
    const { email } = await world.human();
    const gone = await world.human();
    await world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [
      gone.email,
    ]);
    const answers = [await forgot('nobody@example.com'), await forgot(gone.email)];
    answers.push(await forgot(email.toUpperCase()));
    for (const answer of answers) {
      expect([outcome(answer), answer.text]).toEqual(['202', '']);
      expect([...answer.headers.keys()]).toEqual([...(answers[0]?.headers.keys() ?? [])]);
    }
    expect((await mail.next()).to).toEqual([email]);
    expect(mail.unread).toBe(0);
  });

  it('sends a link below PUBLIC_URL, whatever the request’s host, with the token in its fragment', async () => {
    const { email } = await world.human();
    await world
      .stranger()
      .with({ 'x-forwarded-host': 'evil.example' })
      .post('/auth/password/forgot', { email });
    const text = decoded((await mail.next()).raw);
    expect(text).toContain(`${world.server.url}/reset-password#token=rst_`);
    expect(text).not.toContain('evil.example');
  });

  it('writes to the address that the account has, not to one that merely means the same', async () => {
    const { email } = await world.human();
    await forgot(email.replace('example.com', 'EXAMPLE。com'));
    expect((await mail.next()).to).toEqual([email]);
  });

  it('sends at most 3 links that are in force', async () => {
    const { email } = await world.human();
    for (let i = 0; i < 3; i += 1) await tokenFor(email);
    await forgot(email);
    const { email: other } = await world.human();
    await forgot(other);
    expect((await mail.next()).to).toEqual([other]);
    expect(mail.unread).toBe(0);
  });

  it('400 for what is no address, or holds more than one', async () => {
    for (const email of [
      '',
      'nobody',
      'a@b@c',
      'a,b@example.com',
      'a<b>@example.com',
      'a@b\r\nBcc: c@d.example',
    ])
      expect(outcome(await forgot(email))).toBe('400 invalid_request');
  });
});

describe('POST /v1/auth/password/reset', () => {
  it('204 once: the new password signs in, every session has ended, the token is spent', async () => {
    const { email } = await world.human();
    const session = await world.session(email);
    const token = await tokenFor(email);
    expect(token).toMatch(/^rst_[0-9A-Za-z]{49}$/);
    expect(outcome(await reset(token))).toBe('204');
    expect(outcome(await session.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await login(email, password))).toBe('401 invalid_credentials');
    expect(outcome(await login(email, another))).toBe('200');
    expect(outcome(await reset(token))).toBe('401 invalid_token');
  });

  it('204 for one of 10 parallel uses of a token', async () => {
    const token = await tokenFor((await world.human()).email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)));
    expect(answers.map(outcome).toSorted()).toEqual(['204', ...Array(9).fill('401 invalid_token')]);
  });

  it('401 invalid_token for another link of theirs once the password is set', async () => {
    const { email } = await world.human();
    const [one, other] = [await tokenFor(email), await tokenFor(email)];
    expect(outcome(await reset(one))).toBe('204');
    expect(outcome(await reset(other))).toBe('401 invalid_token');
  });

  it('401 invalid_token after an hour', async () => {
    const { email } = await world.human();
    const token = await tokenFor(email);
    await world.server.sql('UPDATE password_reset SET expires_at = now()');
    expect(outcome(await reset(token))).toBe('401 invalid_token');
    expect(outcome(await login(email, password))).toBe('200');
  });

  it('401 invalid_token while the user is deactivated', async () => {
    const { email } = await world.human();
    const token = await tokenFor(email);
    await world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [email]);
    expect(outcome(await reset(token))).toBe('401 invalid_token');
  });

  it('401 invalid_token for what is no such token', async () => {
    for (const token of ['', 'nonsense', mintToken('rst'), world.server.first.apiKey])
      expect(outcome(await reset(token))).toBe('401 invalid_token');
  });

  it('400 for a password that many others have chosen, and the token is still good', async () => {
    const token = await tokenFor((await world.human()).email);
    expect(outcome(await reset(token, 'password1234'))).toBe('400 invalid_request');
    expect(outcome(await reset(token))).toBe('204');
  });

  it('sets the first password of an owner whom the operator named', async () => {
    const email = 'first@example.com';
    await world.created('/organizations', { name: 'New', owner_email: email }, world.platform);
    expect(outcome(await reset(await tokenFor(email)))).toBe('204');
    const { body } = await login(email, another);
    expect((await world.client(body.access_token).get('/users/me')).body.role).toBe('owner');
  });

  it('records password_reset.requested by nobody known, and user.password_reset', async () => {
    const { email, id } = await world.human();
    await reset(await tokenFor(email));
    const { body: by } = await world.owner.get('/audit-events?action=user.password_reset');
    expect(by.data[0]).toMatchObject({ actor: { id }, target: { type: 'user' } });
    const { body } = await world.owner.get('/audit-events?action=password_reset.requested');
    const [asked]: Json[] = body.data;
    expect(asked).toMatchObject({
      actor: { type: 'unknown', id: null },
      target: by.data[0].target,
    });
  });
});

describe('a server without SMTP_URL', () => {
  it('202 for a forgotten password all the same, and makes no token', async () => {
    const silent = await World.start({ trustedProxies: ['127.0.0.1'] });
    const { email } = await silent.human();
    const answer = await silent.client(null).post('/auth/password/forgot', { email });
    expect(outcome(answer)).toBe('202');
    expect(await silent.server.sql('SELECT 1 FROM password_reset')).toEqual([]);
    await silent.close();
  });
});
