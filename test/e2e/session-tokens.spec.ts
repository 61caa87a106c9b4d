import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { Forger, type Forgery } from '../harness/forger.js';
import { World } from '../harness/world.js';

let world: World;
let forger: Forger;
beforeAll(async () => {
  world = await World.start();
  const { email } = await world.human('admin');
  const { access_token } = await world.signIn(email);
  forger = new Forger(access_token, world.server.signingKey);
});
afterAll(() => world.close());

const forge = (forgery?: Forgery) => forger.forge(forgery);

/** What a token is answered with. */
async function outcomeOf(token: string): Promise<string> {
  return outcome(await world.client(token).get('/users/me'));
}

const refused = '401 invalid_token';

describe('the session access token', () => {
  it('is an EdDSA JWT of type at+jwt, good for 15 minutes by default', () => {
    const { header, claims } = forger;
    expect(header).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect([claims.iss, claims.aud]).toEqual([world.server.url, world.server.url]);
  });

  it('200 when it is signed again as it stands, so that the refusals below have one cause each', async () => {
    expect(await outcomeOf(forger.genuine)).toBe('200');
    expect(await outcomeOf(await forge())).toBe('200');
  });

  it('401 invalid_token with alg none', async () => {
    for (const token of forger.unsecured()) expect(await outcomeOf(token)).toBe(refused);
  });

  it('401 invalid_token with HS256 under the public key', async () => {
    for (const token of await forger.underPublishedKey())
      expect(await outcomeOf(token)).toBe(refused);
  });

  it('401 invalid_token when it is signed with a foreign key, also one that it brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    expect(await outcomeOf(await forge({ key: privateKey }))).toBe(refused);
    const jwk = publicKey.export({ format: 'jwk' });
    expect(await outcomeOf(await forge({ key: privateKey, header: { jwk } }))).toBe(refused);
  });

  it('401 invalid_token with a changed payload or signature', async () => {
    const [header, payload, signature = ''] = forger.genuine.split('.');
    const other = Buffer.from(JSON.stringify({ ...forger.claims, sub: randomUUID() }));
    expect(await outcomeOf(`${header}.${other.toString('base64url')}.${signature}`)).toBe(refused);
    expect(await outcomeOf(`${header}.${payload}.${'A'.repeat(signature.length)}`)).toBe(refused);
    expect(await outcomeOf(`${header}.${payload}`)).toBe(refused);
    expect(await outcomeOf(`${header}.${payload}.${signature}.`)).toBe(refused);
  });

  it.each(['JWT', 'jwt', 'rt+jwt', undefined])('401 invalid_token with typ %s', async (typ) => {
    expect(await outcomeOf(await forge({ header: { typ } }))).toBe(refused);
  });

  it.each(['iss', 'aud'])('401 invalid_token with another %s, or none', async (name) => {
    for (const value of ['https://example.com', `${world.server.url}/`, undefined])
      expect(await outcomeOf(await forge({ payload: { [name]: value } }))).toBe(refused);
  });

  it('401 invalid_token when it is expired, never expires or is not valid yet', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await outcomeOf(await forge({ payload: { exp: now - 1 } }))).toBe(refused);
    expect(await outcomeOf(await forge({ payload: { exp: undefined } }))).toBe(refused);
    expect(await outcomeOf(await forge({ payload: { nbf: now + 3600 } }))).toBe(refused);
  });

  it('401 invalid_token for a session or a subject that does not exist or do not belong together', async () => {
    for (const value of [randomUUID(), 'no id', '', undefined]) {
      expect(await outcomeOf(await forge({ payload: { sid: value } }))).toBe(refused);
      expect(await outcomeOf(await forge({ payload: { sub: value } }))).toBe(refused);
    }
  });

  it('is never enough by itself: 401 invalid_token once its session has ended', async () => {
    const { email } = await world.human('admin');
    const session = await world.session(email);
    expect((await session.get('/users/me')).status).toBe(200);
    expect((await session.post('/auth/logout')).status).toBe(204);
    expect(outcome(await session.get('/users/me'))).toBe(refused);
  });
});
