import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { password, World } from '../harness/world.js';

let world: World;
let genuine: string;
let claims: JWTPayload;
let signingKey: KeyObject;
beforeAll(async () => {
  world = await World.start();
  signingKey = createPrivateKey(world.server.signingKey);
  const { email } = await world.human('admin');
  const login = { email, password };
  genuine = (await world.client(null).post('/auth/login', login)).body.access_token;
  claims = decodeJwt(genuine);
});
afterAll(() => world.close());

interface Forgery {
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  key?: KeyObject;
}

/** The genuine token, signed again with something else in it. */
function forge({ header, payload, key = signingKey }: Forgery = {}): Promise<string> {
  return new SignJWT({ ...claims, ...payload })
    .setProtectedHeader({ ...decodeProtectedHeader(genuine), alg: 'EdDSA', ...header })
    .sign(key);
}

/** What a token is answered with. */
async function outcomeOf(token: string): Promise<string> {
  return outcome(await world.client(token).get('/users/me'));
}

const refused = '401 invalid_token';

describe('the session access token', () => {
  it('is an EdDSA JWT of type at+jwt, good for 15 minutes by default', () => {
    expect(decodeProtectedHeader(genuine)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect([claims.iss, claims.aud]).toEqual([world.server.url, world.server.url]);
  });

  it('200 when it is signed again as it stands, so that the refusals below have one cause each', async () => {
    expect(await outcomeOf(genuine)).toBe('200');
    expect(await outcomeOf(await forge())).toBe('200');
  });

  it('401 invalid_token with alg none', async () => {
    expect(await outcomeOf(new UnsecuredJWT(claims).encode())).toBe(refused);
    const [, payload] = genuine.split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url');
      expect(await outcomeOf(`${header}.${payload}.`)).toBe(refused);
      expect(await outcomeOf(`${header}.${payload}.${genuine.split('.')[2]}`)).toBe(refused);
    }
  });

  it('401 invalid_token with HS256 under the public key', async () => {
    const publicKey = createPublicKey(signingKey);
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'),
    ];
    for (const form of forms) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .sign(Buffer.from(form));
      expect(await outcomeOf(token)).toBe(refused);
    }
  });

  it('401 invalid_token when it is signed with a foreign key, also one that it brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    expect(await outcomeOf(await forge({ key: privateKey }))).toBe(refused);
    const jwk = publicKey.export({ format: 'jwk' });
    expect(await outcomeOf(await forge({ key: privateKey, header: { jwk } }))).toBe(refused);
  });

  it('401 invalid_token with a changed payload or signature', async () => {
    const [header, payload, signature = ''] = genuine.split('.');
    const admin = Buffer.from(JSON.stringify({ ...claims, sub: randomUUID() })).toString(
      'base64url',
    );
    expect(await outcomeOf(`${header}.${admin}.${signature}`)).toBe(refused);
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
