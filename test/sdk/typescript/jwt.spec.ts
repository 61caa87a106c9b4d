import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LatchkeyUnreachable } from '@latchkey/sdk';
import { JwtVerifier } from '@latchkey/sdk/jwt';
import { Forger, type Forgery } from '../../harness/forger.js';
import { oauthClient } from '../../harness/oauth-client.js';
import { newSigningKey } from '../../harness/server.js';
import { World } from '../../harness/world.js';

let world: World;
let verifier: JwtVerifier;
let forger: Forger;
let genuine: string;
beforeAll(async () => {
  world = await World.start();
  verifier = new JwtVerifier({ issuer: world.server.url });
  genuine = await (await oauthClient(world, 'admin')).token();
  forger = new Forger(genuine, world.server.signingKey);
});
afterAll(() => world.close());

const forge = (forgery?: Forgery) => forger.forge(forgery);

describe('a genuine token', () => {
  it('of an OAuth client tells the client, the token, its scope and its end', async () => {
    const { claims } = forger;
    for (const token of [genuine, await forge()])
      expect(await verifier.verify(token)).toEqual({
        type: 'oauth',
        clientId: claims['client_id'],
        tokenId: claims.jti,
        scope: String(claims['scope']).split(' '),
        expiresAt: new Date((claims.exp ?? 0) * 1000),
      });
  });

  it('of a session tells the user and the session', async () => {
    const { email } = await world.human();
    const { access_token } = await world.signIn(email);
    expect(await verifier.verify(access_token)).toMatchObject({
      type: 'session',
      userId: expect.any(String),
      sessionId: decodeJwt(access_token)['sid'],
    });
  });

  it('stays good when it was revoked: that is only seen by asking Latchkey', async () => {
    const other = await oauthClient(world, 'admin');
    const token = await other.token();
    await world.owner.delete(other.path);
    expect((await world.client(token).get('/users/me')).status).toBe(401);
    expect(await verifier.verify(token)).not.toBeNull();
  });

  it('of RS256 is taken as well, and of each key by its own algorithm only', async () => {
    const rsa = newSigningKey('rsa');
    const other = await World.start({ signingKeys: [rsa, newSigningKey()] });
    const issuer = other.server.url;
    const signed = new Forger(await (await oauthClient(other)).token(), rsa);
    expect(signed.header.alg).toBe('RS256');
    const itsVerifier = new JwtVerifier({ issuer });
    expect(await itsVerifier.verify(signed.genuine)).toMatchObject({ type: 'oauth' });
    for (const alg of ['RS512', 'PS256'])
      expect(await itsVerifier.verify(await signed.forge({ header: { alg } }))).toBeNull();
    for (const token of await signed.underPublishedKey())
      expect(await itsVerifier.verify(token)).toBeNull();
    await other.close();
  });
});

describe('null for a token', () => {
  it('with alg none, in any case, with and without a signature', async () => {
    for (const token of forger.unsecured()) expect(await verifier.verify(token)).toBeNull();
  });

  it('with HS256 under the published key', async () => {
    for (const token of await forger.underPublishedKey())
      expect(await verifier.verify(token)).toBeNull();
  });

  it('of a foreign key, under our kid, another and none', async () => {
    const { privateKey: key } = generateKeyPairSync('ed25519');
    for (const header of [{}, { kid: 'another' }, { kid: undefined }])
      expect(await verifier.verify(await forge({ key, header }))).toBeNull();
  });

  const past = Math.floor(Date.now() / 1000) - 10;
  it.each<[string, Forgery]>([
    ['typ JWT', { header: { typ: 'JWT' } }],
    ['no typ', { header: { typ: undefined } }],
    ['another issuer', { payload: { iss: 'https://other.example' } }],
    ['another audience', { payload: { aud: 'https://other.example' } }],
    ['no audience', { payload: { aud: undefined } }],
    ['an end that is past', { payload: { exp: past } }],
    ['no end', { payload: { exp: undefined } }],
    ['a beginning to come', { payload: { nbf: past + 3600 } }],
    ['no subject', { payload: { sub: undefined } }],
    ['a client that is not its subject', { payload: { client_id: 'another' } }],
    ['a client and a session', { payload: { sid: 'another' } }],
    ['neither a client nor a session', { payload: { client_id: undefined } }],
    ['no id of its own', { payload: { jti: undefined } }],
  ])('with %s', async (_, forgery) => {
    expect(await verifier.verify(await forge(forgery))).toBeNull();
  });

  it('that is none', async () => {
    const [header, payload, signature = ''] = genuine.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const token of [
      '',
      'x',
      'a.b.c',
      world.server.first.apiKey,
      `${header}.${payload}.${changed}`,
    ])
      expect(await verifier.verify(token)).toBeNull();
  });
});

describe('LatchkeyUnreachable', () => {
  it('when the keys cannot be fetched, or are none', async () => {
    const nowhere = new JwtVerifier({ issuer: world.server.url, jwksUrl: 'http://127.0.0.1:1' });
    await expect(nowhere.verify(genuine)).rejects.toBeInstanceOf(LatchkeyUnreachable);
    for (const path of ['/health/live', '/nothing']) {
      const jwksUrl = `${world.server.url}${path}`;
      const elsewhere = new JwtVerifier({ issuer: world.server.url, jwksUrl });
      await expect(elsewhere.verify(genuine)).rejects.toBeInstanceOf(LatchkeyUnreachable);
    }
  });
});
