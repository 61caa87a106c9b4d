import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../harness/client.js';
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

const wrong = '401 invalid_credentials';
const slow = '429 rate_limit_exceeded';

const login = (email: string, secret = 'a guess', address = someAddress(), by?: Client) =>
  (by ?? world.client(null))
    .with({ 'x-forwarded-for': address })
    .post('/auth/login', { email, password: secret });

const waitOf = ({ headers }: Answer) => Number(headers.get('retry-after'));

/** Guesses wrong from one address, each time as soon as it may, and tells how long it had to wait. */
async function guess(email: string, address: string, times: number): Promise<number[]> {
  const waits: number[] = [];
  while (waits.length < times) {
    const answer = await login(email, 'a guess', address);
    const wait = answer.status === 429 ? waitOf(answer) : 0;
    if (wait > 0) {
      await clock.advance(wait);
      const again = outcome(await login(email, 'a guess', address));
      if (again !== wrong) throw new Error(`told to wait ${wait} s, then answered ${again}`);
    }
    waits.push(wait);
  }
  return waits;
}

/** Places the wrong guesses of others, from everywhere, as the account's limit knows them. */
async function guessEverywhere(email: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => login(email)));
}

describe('wrong guesses at one account from one address', () => {
  it('are answered 401 ten times, then 429 with a wait that doubles', async () => {
    const waits = await guess((await world.human()).email, someAddress(), 15);
    expect(waits).toEqual([...Array(11).fill(0), 1, 2, 4, 8]);
  });

  it('slow down alike whether the account exists or not', async () => {
    const waits = await guess(`${randomUUID()}@example.com`, someAddress(), 14);
    expect(waits).toEqual([...Array(11).fill(0), 1, 2, 4]);
  });

  it('slip by neither in parallel nor over several instances nor in another case', async () => {
    const { email } = await world.human();
    const address = someAddress();
    const clients = (await world.instances(2)).map((to) => to(''));
    const answers = await Promise.all(
      Array.from({ length: 18 }, (_, i) =>
        login(i % 3 === 0 ? email.toUpperCase() : email, 'a guess', address, clients[i % 2]),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(11);
  });

  it('are no matter elsewhere: the account’s owner signs in from another address', async () => {
    const { email } = await world.human();
    const address = someAddress();
    await guess(email, address, 12);
    expect(outcome(await login(email, password, address))).toBe(slow);
    expect(outcome(await login(email, password))).toBe('200');
  });

  it('are forgotten once a guess is right, and after a day', async () => {
    const { email } = await world.human();
    const address = someAddress();
    await guess(email, address, 10);
    expect(outcome(await login(email, password, address))).toBe('200');
    await clock.advance(60);
    expect(await guess(email, address, 11)).toEqual(Array(11).fill(0));
    await clock.advance(24 * 60 * 60 + 1);
    expect(await guess(email, address, 11)).toEqual(Array(11).fill(0));
  });

  it('count where a present password is asked for as well', async () => {
    const { email } = await world.human();
    const client = (await world.session(email)).with({ 'x-forwarded-for': someAddress() });
    const input = { current_password: 'a guess', new_password: 'nine llamas waltz at dusk' };
    const outcomes = [];
    for (let i = 0; i < 12; i += 1)
      outcomes.push(outcome(await client.post('/auth/password', input)));
    expect(outcomes).toEqual([...Array(11).fill(wrong), slow]);
  });
});

describe('wrong guesses at one account from everywhere', () => {
  it('slow down to one a minute at most, and the owner in a familiar place does not notice', async () => {
    const { email } = await world.human();
    const home = someAddress();
    expect(outcome(await login(email, password, home))).toBe('200');
    await guessEverywhere(email, 101);
    const refused = await login(email);
    expect(outcome(refused)).toBe(slow);
    expect(waitOf(refused)).toBeLessThanOrEqual(60);
    expect(outcome(await login(email, password))).toBe(slow);
    expect(outcome(await login(email, password, home))).toBe('200');
    const neighbour = home.replace(/::1$/, '::2');
    expect(outcome(await login(email, password, neighbour))).toBe('200');
  });

  it('are never held against the owner for more than a minute in a place that is new', async () => {
    const { email } = await world.human();
    await guessEverywhere(email, 120);
    await clock.advance(60);
    expect(outcome(await login(email, password))).toBe('200');
  });
});
