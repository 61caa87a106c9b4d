import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, outcome } from '../harness/client.js';
import { Forger, type Forgery } from '../harness/forger.js';
import { oauthClient, type OAuthClient } from '../harness/oauth-client.js';
import { newSigningKey } from '../harness/server.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
let forger: Forger;
let [currentKid, formerKid]: string[] = [];
const current = newSigningKey('rsa');
const former = newSigningKey();
beforeAll(async () => {
  world = await World.start({ signingKeys: [current, former] });
  client = await oauthClient(world, 'admin');
  forger = new Forger(await client.token(), current);
  const { body } = await world.client(null).get('//.well-known/jwks.json');
  [currentKid, formerKid] = body.keys.map(({ kid }: { kid: string }) => kid);
});
afterAll(() => world.close());

const refused = '401 invalid_token';

/** What a forged token is answered with. */
async function fateOf(forgery: Forgery): Promise<string> {
  const token = await forger.forge(forgery);
  return outcome(await world.client(token).get('/users/me'));
}

describe('an RSA key', () => {
  it('signs by RS256, and is published for that alone', async () => {
    expect(forger.header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: currentKid });
    const { body } = await world.client(null).get('//.well-known/jwks.json');
    const { n, e } = createPublicKey(createPrivateKey(current)).export({ format: 'jwk' });
    expect(body.keys[0]).toEqual({ kty: 'RSA', n, e, kid: currentKid, alg: 'RS256', use: 'sig' });
  });

  it('is enough for a resource server that knows RS256 only', async () => {
    const keys = createRemoteJWKSet(new URL(`${world.server.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(forger.genuine, keys, {
      issuer: world.server.url,
      audience: world.server.url,
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });
    expect(payload).toMatchObject({ client_id: client.id });
  });

  it('200 for what it has signed, of clients and of sessions, also when it is signed again', async () => {
    const session = await world.session((await world.human('admin')).email);
    expect((await session.get('/users/me')).status).toBe(200);
    expect((await world.client(forger.genuine).get('/users/me')).status).toBe(200);
    expect(await fateOf({})).toBe('200');
  });

  it.each(['RS384', 'RS512', 'PS256'])('401 invalid_token when it signs by %s', async (alg) => {
    expect(await fateOf({ header: { alg } })).toBe(refused);
  });

  it('401 invalid_token with alg none, and with HS256 under the published key', async () => {
    for (const token of [...forger.unsecured(), ...(await forger.underPublishedKey())])
      expect(outcome(await world.client(token).get('/users/me'))).toBe(refused);
  });
});

describe('signing keys that are replaced', () => {
  it('200 for tokens that the former key signed, on every instance, and the new one signs', async () => {
    const key = createPrivateKey(former);
    const token = await forger.forge({ header: { alg: 'EdDSA', kid: formerKid }, key });
    for (const server of [world.server, await world.server.sibling()])
      expect((await new Client(server, token).get('/users/me')).status).toBe(200);
    expect(decodeProtectedHeader(await client.token()).kid).toBe(currentKid);
  });

  it('401 invalid_token when one key signs in the name of the other', async () => {
    const [rsa, ed] = [createPrivateKey(current), createPrivateKey(former)];
    const foreign = generateKeyPairSync('ed25519').privateKey;
    const pairs: [kid: string | undefined, alg: string, key: KeyObject][] = [
      [currentKid, 'EdDSA', ed],
      [formerKid, 'RS256', rsa],
      [formerKid, 'EdDSA', foreign],
      [currentKid, 'EdDSA', foreign],
    ];
    for (const [kid, alg, key] of pairs)
      expect(await fateOf({ header: { kid, alg }, key })).toBe(refused);
  });
});
