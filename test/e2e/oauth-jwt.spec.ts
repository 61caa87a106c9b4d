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
import { oauthClient, type OAuthClient } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
let genuine: string;
let claims: JWTPayload;
let signingKey: KeyObject;
beforeAll(async () => {
  world = await World.start();
  signingKey = createPrivateKey(world.server.signingKey);
  client = await oauthClient(world, 'admin');
  genuine = await client.token();
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

/** What a token is answered with as a bearer token, and what is told of it. */
async function fateOf(token: string): Promise<string> {
  const answer = await world.client(token).get('/users/me');
  return `${outcome(answer)} ${(await client.introspect(token)).text}`;
}

const refused = '401 invalid_token {"active":false}';

describe('an OAuth access token', () => {
  it('200 when it is signed again as it stands, so that the refusals below have one cause each', async () => {
    for (const token of [genuine, await forge()])
      expect(outcome(await world.client(token).get('/users/me'))).toBe('200');
  });

  it('401 invalid_token with alg none, in any case, with and without a signature', async () => {
    expect(await fateOf(new UnsecuredJWT(claims).encode())).toBe(refused);
    const [, payload, signature] = genuine.split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = { ...decodeProtectedHeader(genuine), alg };
      const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
      expect(await fateOf(`${encoded}.${payload}.`)).toBe(refused);
      expect(await fateOf(`${encoded}.${payload}.${signature}`)).toBe(refused);
    }
  });

  it('401 invalid_token with HS256 under the published key', async () => {
    const publicKey = createPublicKey(signingKey);
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'),
    ];
    for (const form of forms)
      expect(
        await fateOf(
          await new SignJWT(claims)
            .setProtectedHeader({ ...decodeProtectedHeader(genuine), alg: 'HS256' })
            .sign(Buffer.from(form)),
        ),
      ).toBe(refused);
  });

  it('401 invalid_token when another key has signed it, by name, unnamed or brought along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    for (const header of [{}, { kid: undefined }, { kid: 'other' }, { jwk }, { jku: 'http://x' }])
      expect(await fateOf(await forge({ key: privateKey, header }))).toBe(refused);
  });

  it('401 invalid_token when it names no key of ours', async () => {
    for (const kid of [undefined, '', 'other', '../../etc/passwd'])
      expect(await fateOf(await forge({ header: { kid } }))).toBe(refused);
  });

  it.each(['JWT', 'jwt', 'rt+jwt', 'dpop+jwt', undefined])(
    '401 invalid_token with typ %s',
    async (typ) => {
      expect(await fateOf(await forge({ header: { typ } }))).toBe(refused);
    },
  );

  it('401 invalid_token with an extension that has to be understood', async () => {
    const [, payload] = genuine.split('.');
    const header = { ...decodeProtectedHeader(genuine), crit: ['exp'], exp: 1 };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    expect(await fateOf(`${encoded}.${payload}.${genuine.split('.')[2]}`)).toBe(refused);
  });

  it.each(['iss', 'aud'])('401 invalid_token with another %s, or none', async (name) => {
    for (const value of ['https://example.com', `${world.server.url}/`, client.id, undefined])
      expect(await fateOf(await forge({ payload: { [name]: value } }))).toBe(refused);
  });

  it('401 invalid_token when it is expired, never expires or is not valid yet', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const term of [
      { exp: now - 1 },
      { exp: undefined },
      { nbf: now + 3600 },
      { iat: undefined },
    ])
      expect(await fateOf(await forge({ payload: term }))).toBe(refused);
  });

  it('401 invalid_token once its row has expired, whatever it says itself', async () => {
    const token = await client.token();
    await world.rewrite('UPDATE oauth_token SET expires_at = now() WHERE id = $1', [
      decodeJwt(token).jti,
    ]);
    expect(await fateOf(token)).toBe(refused);
  });

  it('401 invalid_token when it names a token, a client or a subject that do not belong together', async () => {
    const other = await oauthClient(world, 'owner');
    for (const value of [other.id, randomUUID(), 'no id', '', undefined, 7]) {
      expect(await fateOf(await forge({ payload: { client_id: value } }))).toBe(refused);
      expect(await fateOf(await forge({ payload: { sub: value } }))).toBe(refused);
      expect(await fateOf(await forge({ payload: { client_id: value, sub: value } }))).toBe(
        refused,
      );
      expect(await fateOf(await forge({ payload: { jti: value } }))).toBe(refused);
    }
  });

  it('401 invalid_token when it claims to be a session as well', async () => {
    expect(await fateOf(await forge({ payload: { sid: randomUUID() } }))).toBe(refused);
  });

  it('gains nothing by a wider scope in the token itself', async () => {
    const narrow = await client.token('audit:read');
    const token = await new SignJWT({ ...decodeJwt(narrow), scope: 'write' })
      .setProtectedHeader({ ...decodeProtectedHeader(narrow), alg: 'EdDSA' })
      .sign(signingKey);
    expect(outcome(await world.client(token).get('/members'))).toBe('403 insufficient_permissions');
  });

  it('is taken from the Authorization header alone', async () => {
    const anyone = world.client(null);
    expect((await anyone.get(`/users/me?access_token=${genuine}`)).status).toBe(401);
    expect((await anyone.with({ cookie: `access_token=${genuine}` }).get('/users/me')).status).toBe(
      401,
    );
    const twice = await world.client(genuine).get(`/users/me?access_token=${genuine}`);
    expect(outcome(twice)).toBe('400 invalid_request');
  });
});
