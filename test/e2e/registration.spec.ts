import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { outcome } from '../harness/outcome.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'], signup: 'open' });
});
afterAll(() => world.close());

const someEmail = () => `${randomUUID()}@example.com`;

const register = (input: object = {}, at: World = world): Promise<Answer> =>
  at.stranger().post('/auth/register', {
    email: someEmail(),
    password,
    name: 'Ada',
    organization_name: 'Acme & Daughters',
    ...input,
  });

const after = (start: string) => (end: string) => start + end;

const login = (email: string): Promise<Answer> =>
  world.stranger().post('/auth/login', { email, password });

describe('POST /v1/auth/register', () => {
  it('201 with the tokens of the owner of a new organization, who can sign in again', async () => {
    const email = someEmail();
    const answer = await register({ email });
    expect(outcome(answer)).toBe('201');
    expect(answer.body).toMatchObject({ token_type: 'bearer', refresh_token: expect.any(String) });
    const { body: me } = await world.client(answer.body.access_token).get('/users/me');
    expect(me).toMatchObject({
      type: 'human',
      email,
      name: 'Ada',
      role: 'owner',
      organization: { name: 'Acme & Daughters' },
    });
    expect(outcome(await login(email))).toBe('200');
  });

  it('records the organization, its owner and the session in the new organization’s log', async () => {
    const { body } = await register();
    const { body: events } = await world.client(body.access_token).get('/audit-events');
    const actions = events.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['organization.created', 'member.added', 'session.created']),
    );
  });

  it('409 conflict for an address that is registered, however it is written, and nothing changes', async () => {
    const name = randomUUID();
    await register({ email: `é${name}@example.com` });
    const before = await everyRow(world.server);
    for (const email of [`é${name}`, `É${name.toUpperCase()}`, `e\u0301${name}`])
      expect(outcome(await register({ email: `${email}@EXAMPLE.com` }))).toBe('409 conflict');
    expect(await everyRow(world.server)).toBe(before);
  });

  it('201 once when one address registers 5 times at once', async () => {
    const email = someEmail();
    const answers = await Promise.all(Array.from({ length: 5 }, () => register({ email })));
    expect(answers.map(outcome).toSorted()).toEqual(['201', ...Array(4).fill('409 conflict')]);
  });

  it('lets look-alikes be somebody else, whose password opens no other account', async () => {
    const name = `mike-${randomUUID()}`;
    const likes = ['mike', 'mıke', 'mіke', 'ｍike', 'miке', 'mike.', 'mike+x'].map(
      (word) => `${name.replace('mike', word)}@example.com`,
    );
    for (const [i, email] of likes.entries())
      expect(outcome(await register({ email, password: `${password} ${i}` }))).toBe('201');
    const users = await world.server.sql(
      'SELECT DISTINCT id FROM user_account WHERE email = ANY($1)',
      [likes],
    );
    expect(users).toHaveLength(likes.length);
    for (const email of likes.slice(1))
      expect(outcome(await login(email))).toBe('401 invalid_credentials');
  });

  it('takes no address with more behind its domain for the one without', async () => {
    const email = someEmail();
    await register({ email });
    for (const end of ['/x', '?x', '#x', '\\x', '.'])
      expect(outcome(await login(email + end))).toBe('401 invalid_credentials');
    expect(outcome(await login(email.replace('.com', '%2ecom')))).toBe('401 invalid_credentials');
    expect(outcome(await login(email))).toBe('200');
  });

  it.each([
    ['email', ['', 'ada', 'a@b@c', 'a b@example.com', 'a,b@example.com', 'a@', 7, null]],
    [
      'email',
      ['/x', '?x', '#x', '\\x', '%2e', ',b', ';b', '.', ':1', '"'].map(after('a@example.com')),
    ],
    ['email', ['a@exam%70le.com', 'a@127.1', 'a@0x7f000001', 'a@-a.com', 'a@a..com', 'a@[::1]']],
    ['password', ['', 'k3#Vt9!qLm2', 'password1234', 7, null]],
    ['name', ['', 'x'.repeat(101), 'a\nb', 7, null]],
    ['organization_name', ['', 'x'.repeat(101), 'a\nb', 7, null]],
    ['role', ['owner']],
  ])('400 invalid_request for a wrong %s', async (field, values) => {
    for (const value of values) {
      const answer = await register({ [field]: value });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details).toMatchObject([{ field }]);
    }
  });

  it('404 not_found where sign-up is closed, known or not, and nothing is made', async () => {
    const closed = await World.start({ trustedProxies: ['127.0.0.1'] });
    const { email } = await closed.human();
    const before = await everyRow(closed.server);
    expect(outcome(await register({}, closed))).toBe('404 not_found');
    expect(outcome(await register({ email }, closed))).toBe('404 not_found');
    expect(await everyRow(closed.server)).toBe(before);
    await closed.close();
  });
});
