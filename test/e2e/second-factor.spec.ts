import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { outcome } from '../harness/outcome.js';
import { Person } from '../harness/person.js';
import { password, World } from '../harness/world.js';

let world: World;
let clock: Clock;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  clock = await Clock.stopped(world.server);
});
// Each test has a time step of its own, with its neighbours.
beforeEach(() => clock.advance(90));
afterAll(() => world.close());

const enrolled = async () => Person.enrolled(world, (await world.human('admin')).email);
const beginning = async () => Person.beginning(world, (await world.human('admin')).email);
const stateOf = async ({ client }: Person) => (await client.get('/auth/totp')).body;

async function eventsOf(person: Person): Promise<Json[]> {
  const { body: me } = await person.client.get('/users/me');
  const { body } = await world.owner.get(`/audit-events?actor_id=${me.id}&limit=100`);
  return body.data.filter(({ action }: Json) => action.startsWith('second_factor.'));
}

describe('POST /v1/auth/totp', () => {
  it('201 with a secret and the link for an app, by host and e-mail address', async () => {
    const { email } = await world.human();
    const client = await world.session(email);
    const { status, body } = await client.post('/auth/totp', { current_password: password });
    expect(status).toBe(201);
    const url = new URL(body.otpauth_url);
    expect(decodeURIComponent(url.pathname)).toBe(`/127.0.0.1:${email}`);
    expect(url.searchParams.get('issuer')).toBe('127.0.0.1');
    expect(url.searchParams.get('secret')).toBe(body.secret);
    expect((await client.get('/auth/totp')).body).toEqual({
      enabled: false,
      enabled_at: null,
      recovery_codes_left: 0,
    });
  });

  it('asks nobody for a code until the first one is confirmed', async () => {
    const { person } = await beginning();
    expect(outcome(await person.login())).toBe('200');
  });

  it('makes another secret when it is begun again: codes of the first are wrong', async () => {
    const { person, code } = await beginning();
    await person.client.post('/auth/totp', { current_password: password });
    const answer = await person.client.post('/auth/totp/confirm', { code });
    expect(outcome(answer)).toBe('401 invalid_credentials');
  });

  it('401 invalid_credentials for a wrong password', async () => {
    const client = await world.session((await world.human()).email);
    const answer = await client.post('/auth/totp', { current_password: `${password}?` });
    expect(outcome(answer)).toBe('401 invalid_credentials');
  });

  it('409 conflict while one is enabled: whoever has the password cannot exchange it', async () => {
    const { client } = await enrolled();
    const answer = await client.post('/auth/totp', { current_password: password });
    expect(outcome(answer)).toBe('409 conflict');
  });

  it('keeps no secret for the answer to a repeated request', async () => {
    const client = await world.session((await world.human()).email);
    const keyed = client.with({ 'idempotency-key': randomUUID() });
    const ask = () => keyed.post('/auth/totp', { current_password: password });
    expect((await ask()).body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect((await ask()).body).toEqual({ secret: null, otpauth_url: null });
  });
});

describe('POST /v1/auth/totp/confirm', () => {
  it('200 with ten recovery codes, and signing in takes a code from now on', async () => {
    const person = await enrolled();
    expect(new Set(person.recoveryCodes).size).toBe(10);
    const { enabled_at: at, ...state } = await stateOf(person);
    expect(state).toEqual({ enabled: true, recovery_codes_left: 10 });
    expect(Date.parse(at) / 1000).toBeCloseTo(await clock.now(), 1);
    expect(outcome(await person.login())).toBe('403 second_factor_required');
  });

  it('401 invalid_credentials for whatever is not the code, and nothing is enabled', async () => {
    const { person } = await beginning();
    const old = await person.code(-2);
    for (const code of ['000000', old, '１２３４５６', 'éééééé', '', '12345', 'x'.repeat(64)]) {
      const answer = await person.client.post('/auth/totp/confirm', { code });
      expect([code, outcome(answer)]).toEqual([code, '401 invalid_credentials']);
    }
    expect((await stateOf(person)).enabled).toBe(false);
  });

  it('409 conflict where nothing was begun, and where it was confirmed', async () => {
    const nobody = await world.session((await world.human()).email);
    const before = await nobody.post('/auth/totp/confirm', { code: '000000' });
    expect(outcome(before)).toBe('409 conflict');
    const person = await enrolled();
    const code = await person.code(1);
    const again = await person.client.post('/auth/totp/confirm', { code });
    expect(outcome(again)).toBe('409 conflict');
  });

  it('keeps no recovery code for the answer to a repeated request', async () => {
    const { person, code } = await beginning();
    const keyed = person.client.with({ 'idempotency-key': randomUUID() });
    const first = await keyed.post('/auth/totp/confirm', { code });
    expect(first.body.recovery_codes).toHaveLength(10);
    const second = await keyed.post('/auth/totp/confirm', { code });
    expect([second.status, second.body]).toEqual([200, { recovery_codes: null }]);
  });
});

describe('POST /v1/auth/totp/recovery-codes', () => {
  it('201 with ten others; those before are worth nothing', async () => {
    const person = await enrolled();
    const code = await person.code(1);
    const { status, body } = await person.client.post('/auth/totp/recovery-codes', { code });
    expect([status, body.recovery_codes.length]).toEqual([201, 10]);
    const [old] = person.recoveryCodes;
    expect(outcome(await person.login({ code: old }))).toBe('401 invalid_credentials');
    expect(outcome(await person.login({ code: body.recovery_codes[0] }))).toBe('200');
  });

  it('401 without a right code, 409 without a factor', async () => {
    const person = await enrolled();
    const wrong = await person.client.post('/auth/totp/recovery-codes', { code: '000000' });
    expect(outcome(wrong)).toBe('401 invalid_credentials');
    const nobody = await world.session((await world.human()).email);
    const answer = await nobody.post('/auth/totp/recovery-codes', { code: '000000' });
    expect(outcome(answer)).toBe('409 conflict');
  });
});

describe('POST /v1/auth/totp/disable', () => {
  it.each(['totp', 'recovery_code'])('204 with a %s, and the password is enough', async (kind) => {
    const person = await enrolled();
    const code = kind === 'totp' ? await person.code(1) : person.recoveryCodes[0];
    expect(outcome(await person.client.post('/auth/totp/disable', { code }))).toBe('204');
    expect(outcome(await person.login())).toBe('200');
    expect(await stateOf(person)).toMatchObject({ enabled: false, recovery_codes_left: 0 });
    const [disabled] = await eventsOf(person);
    expect(disabled).toMatchObject({
      action: 'second_factor.disabled',
      target: { type: 'user' },
      changes: { shown: [null, kind] },
    });
  });

  it('401 without a right code and 429 after too many, also where each could be sent again', async () => {
    const person = await enrolled();
    const outcomes: string[] = [];
    for (let i = 0; i < 14; i += 1) {
      const keyed = person.client.with({ 'idempotency-key': randomUUID() });
      outcomes.push(outcome(await keyed.post('/auth/totp/disable', { code: '000000' })));
    }
    expect(new Set(outcomes)).toEqual(
      new Set(['401 invalid_credentials', '429 rate_limit_exceeded']),
    );
    expect((await stateOf(person)).enabled).toBe(true);
  });
});

describe('POST /v1/auth/totp/reset', () => {
  it('204 with a platform key: all sessions end, the password is enough, every log is told', async () => {
    const person = await enrolled();
    const { body: me } = await person.client.get('/users/me');
    const email = person.email.toUpperCase();
    const reset = () => world.platform.post('/auth/totp/reset', { email });
    expect(outcome(await reset())).toBe('204');
    expect(outcome(await person.client.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await person.login())).toBe('200');
    expect(outcome(await reset())).toBe('404 not_found');
    const query = '/audit-events?action=second_factor.reset';
    const [theirs] = (await world.owner.get(query)).body.data;
    expect(theirs).toMatchObject({ actor: { type: 'platform' }, target: { type: 'user' } });
    expect(theirs.changes).toEqual({ ended_sessions: [null, 1] });
    const [operators] = (await world.platform.get(query)).body.data;
    expect(operators).toMatchObject({ actor: { type: 'platform' }, target: theirs.target });
    expect(theirs.target.id).not.toBe(me.id);
  });

  it('403 for an organization’s owner: people belong to several', async () => {
    const { email } = await enrolled();
    const answer = await world.owner.post('/auth/totp/reset', { email });
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });

  it('404 for an address that nobody has', async () => {
    const answer = await world.platform.post('/auth/totp/reset', { email: 'nobody@example.com' });
    expect(outcome(answer)).toBe('404 not_found');
  });
});

describe('what is told', () => {
  it('of enrolling: begun and enabled, in each organization, with no secret', async () => {
    const { email } = await world.human('admin');
    await world.created('/organizations', { name: 'Own' }, await world.session(email));
    const person = await Person.enrolled(world, email);
    const events = await eventsOf(person);
    expect(events.map(({ action }) => action)).toEqual([
      'second_factor.enabled',
      'second_factor.enrolment_begun',
    ]);
    expect(events.map(({ changes }) => changes)).toEqual([null, null]);
    const rows = await world.server.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM audit_event WHERE action = 'second_factor.enabled'
         AND target_id = (SELECT id::text FROM user_account WHERE email = $1)`,
      [email],
    );
    expect(rows).toEqual([{ count: 2 }]);
  });

  it.each(['GET /auth/totp', 'POST /auth/totp', 'POST /auth/totp/confirm'])(
    '%s: 400 for a key, which acts for its owner but is not them',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const body = { current_password: password };
      const input = path.endsWith('confirm') ? { code: '000000' } : body;
      const answer = await world.owner.call(method, path, method === 'GET' ? undefined : input);
      expect(outcome(answer)).toBe('400 invalid_request');
    },
  );
});
