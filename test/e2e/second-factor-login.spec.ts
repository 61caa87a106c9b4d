import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Json } from '../harness/client.js';
import { Clock } from '../harness/clock.js';
import { MailServer, tokenIn } from '../harness/mail.js';
import { outcome } from '../harness/outcome.js';
import { Person } from '../harness/person.js';
import { password, someAddress, World } from '../harness/world.js';

let world: World;
let clock: Clock;
let mail: MailServer;
beforeAll(async () => {
  mail = await MailServer.start();
  world = await World.start({ trustedProxies: ['127.0.0.1'], smtpUrl: mail.url });
  clock = await Clock.stopped(world.server);
});
// Each test has a time step of its own, with its neighbours.
beforeEach(() => clock.advance(90));
afterAll(async () => {
  await world.close();
  await mail.close();
});

const another = 'nine llamas waltz at dusk';
const enrolled = async () => Person.enrolled(world, (await world.human('admin')).email);
const beginning = async () => Person.beginning(world, (await world.human('admin')).email);
const bytesOf = ({ text, body }: Answer) => text.replace(body.error.request_id, '');

describe('POST /v1/auth/login with a second factor', () => {
  it('200 with the app’s code, the one before and the one after', async () => {
    for (const steps of [-1, 0, 1]) {
      const person = await enrolled();
      await clock.advance(60);
      expect(outcome(await person.login({ code: await person.code(steps) }))).toBe('200');
    }
  });

  it('401 with the same bytes for a wrong code, an old one, a wrong password and an unknown address', async () => {
    const person = await enrolled();
    await clock.advance(60);
    const answers = [
      await person.login({ code: '000000' }),
      await person.login({ code: await person.code(-2) }),
      await person.login({ code: await person.code(2) }),
      await person.login({ code: 'AAAA-BBBB-CCCC-DDDD' }),
      await person.login({ code: '' }),
      await person.login({ password: 'another', code: await person.code() }),
      await person.login({ password: 'another' }),
      await person.login({ email: 'nobody@example.com', code: await person.code() }),
      await person.login({ email: 'nobody@example.com' }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '401 invalid_credentials'));
    expect(new Set(answers.map(bytesOf)).size).toBe(1);
  });

  it('tells the organization of a right password without its code, and with a wrong one', async () => {
    const person = await enrolled();
    await clock.advance(60);
    for (const [code, refusal] of [
      [undefined, 'second_factor_required'],
      ['000000', 'invalid_credentials'],
    ]) {
      const { body } = await person.login(code === undefined ? {} : { code });
      expect(body.error.code).toBe(refusal);
      const { body: log } = await world.owner.get('/audit-events?action=session.refused&limit=1');
      expect(log.data).toMatchObject([
        { code: refusal, actor: { type: 'unknown' }, target: { type: 'user' } },
      ]);
    }
  });

  it('takes a code once: also the one that was confirmed, and one before the last', async () => {
    const { person, code: confirmed } = await beginning();
    await person.client.post('/auth/totp/confirm', { code: confirmed });
    expect(outcome(await person.login({ code: confirmed }))).toBe('401 invalid_credentials');
    const [now, next] = [await person.code(1), await person.code(2)];
    await clock.advance(30);
    expect(outcome(await person.login({ code: next }))).toBe('200');
    for (const code of [now, next])
      expect(outcome(await person.login({ code }))).toBe('401 invalid_credentials');
  });

  it('lets exactly one of 20 in who send the same code at once, over several instances', async () => {
    const { email, app } = await enrolled();
    const code = app.code((await clock.now()) + 30);
    const instances = await world.instances(2);
    const twenty = Array.from({ length: 10 }, () => instances).flat();
    const logins = twenty.map((to) =>
      to('')
        .with({ 'x-forwarded-for': someAddress() })
        .post('/auth/login', { email, password, code }),
    );
    const outcomes = (await Promise.all(logins)).map(outcome);
    expect(outcomes.filter((one) => one === '200')).toHaveLength(1);
    expect(outcomes.filter((one) => one === '401 invalid_credentials')).toHaveLength(19);
  });

  it('lets exactly one of 20 in who send the same recovery code at once, and records it', async () => {
    const person = await enrolled();
    const [code] = person.recoveryCodes;
    const logins = await Promise.all(Array.from({ length: 20 }, () => person.login({ code })));
    expect(logins.map(outcome).filter((one) => one === '200')).toHaveLength(1);
    expect((await person.client.get('/auth/totp')).body.recovery_codes_left).toBe(9);
    const { body: me } = await person.client.get('/users/me');
    const used = `/audit-events?action=second_factor.recovery_code_used&actor_id=${me.id}`;
    const events: Json[] = (await world.owner.get(used)).body.data;
    expect(events.map(({ changes }) => changes)).toEqual([{ recovery_codes_left: [10, 9] }]);
  });

  it('takes a recovery code however it is typed, and another person’s not at all', async () => {
    const [person, other] = [await enrolled(), await enrolled()];
    const [one = '', two] = person.recoveryCodes;
    const typed = ` ${one.toLowerCase().replaceAll('-', ' ')} `;
    expect(outcome(await other.login({ code: two }))).toBe('401 invalid_credentials');
    expect(outcome(await person.login({ code: typed }))).toBe('200');
  });

  it('429 after too many wrong codes, though the password is right', async () => {
    const person = await enrolled();
    const address = someAddress();
    const guess = () => person.login({ code: '000000' }, address);
    const outcomes: string[] = [];
    while (outcomes.length < 14) outcomes.push(outcome(await guess()));
    expect(new Set(outcomes)).toEqual(
      new Set(['401 invalid_credentials', '429 rate_limit_exceeded']),
    );
  });

  it('slows codes from everywhere down to one in 15 minutes', async () => {
    const person = await enrolled();
    const waits = [];
    while (waits.length < 112) {
      const by = person.client.with({ 'x-forwarded-for': someAddress() });
      const answer = await by.post('/auth/totp/recovery-codes', { code: '000000' });
      const wait = Number(answer.headers.get('retry-after') ?? 0);
      await clock.advance(wait);
      waits.push(wait);
      if (wait > 0) await by.post('/auth/totp/recovery-codes', { code: '000000' });
    }
    expect(waits.slice(0, 101)).toEqual(Array(101).fill(0));
    expect(waits.slice(101)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
  });

  it('is not let in with a factor that was enabled after the password was compared', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { person, code } = await beginning();
      const [login, confirm] = await Promise.all([
        person.login(),
        person.client.post('/auth/totp/confirm', { code }),
      ]);
      expect(outcome(confirm)).toBe('200');
      expect(['200', '403 second_factor_required']).toContain(outcome(login));
      await clock.advance(90);
    }
  });

  it('still takes the code after the password was reset by e-mail, which forgives no guess at codes', async () => {
    const person = await enrolled();
    const address = someAddress();
    const anyone = world.client(null).with({ 'x-forwarded-for': address });
    const guess = () => person.login({ code: '000000' }, address);
    while (outcome(await guess()) !== '429 rate_limit_exceeded');
    await anyone.post('/auth/password/forgot', { email: person.email });
    const token = tokenIn(await mail.next(), 'rst');
    const reset = await anyone.post('/auth/password/reset', { token, new_password: another });
    expect(outcome(reset)).toBe('204');
    const withPassword = { password: another };
    expect(outcome(await person.login(withPassword, address))).toBe('403 second_factor_required');
    const withCode = { password: another, code: await person.code(1) };
    expect(outcome(await person.login(withCode, address))).toBe('429 rate_limit_exceeded');
    expect(outcome(await person.login(withCode))).toBe('200');
  });

  it('asks nobody else for a code, and takes one that is sent for nothing', async () => {
    const { email } = await world.human();
    const login = world.client(null).with({ 'x-forwarded-for': someAddress() });
    const answer = await login.post('/auth/login', { email, password, code: '000000' });
    expect(outcome(answer)).toBe('200');
  });
});
