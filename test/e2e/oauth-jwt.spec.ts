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

/** A token is refused as a bearer token, and is not active. */
async function expectRefused(token: string): Promise<void> {
  expect(outcome(await world.client(token).get('/users/me'))).toBe('401 invalid_token');
  expect((await client.introspect(token)).text).toBe('{"active":false}');
}

describe('an OAuth access token', () => {
  it('200 when it is signed again as it stands, so that the refusals below have one cause each', async () => {
    for (const token of [genuine, await forge()])
      expect(outcome(await world.client(token).get('/users/me'))).toBe('200');
  });

  it('401 invalid_token with alg none, in any case, with and without a signature', async () => {
    await expectRefused(new UnsecuredJWT(claims).encode());
    const [, payload, signature] = genuine.split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = { ...decodeProtectedHeader(genuine), alg };
      const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
      await expectRefused(`${encoded}.${payload}.`);
      await expectRefused(`${encoded}.${payload}.${signature}`);
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
      await expectRefused(
        await new SignJWT(claims)
          .setProtectedHeader({ ...decodeProtectedHeader(genuine), alg: 'HS256' })
          .sign(Buffer.from(form)),
      );
  });

  it('401 invalid_token when another key has signed it, by name, unnamed or brought along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    for (const header of [{}, { kid: undefined }, { kid: 'other' }, { jwk }, { jku: 'http://x' }])
      await expectRefused(await forge({ key: privateKey, header }));
  });

  it('401 invalid_token when it names no key of ours', async () => {
    for (const kid of [undefined, '', 'other', '../../etc/passwd'])
      await expectRefused(await forge({ header: { kid } }));
  });

  it.each(['JWT', 'jwt', 'rt+jwt', 'dpop+jwt', undefined])(
    '401 invalid_token with typ %s',
    async (typ) => {
      await expectRefused(await forge({ header: { typ } }));
    },
  );

  it('401 invalid_token with an extension that has to be understood', async () => {
    const [, payload] = genuine.split('.');
    const header = { ...decodeProtectedHeader(genuine), crit: ['exp'], exp: 1 };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    await expectRefused(`${encoded}.${payload}.${genuine.split('.')[2]}`);
  });

  it.each(['iss', 'aud'])('401 invalid_token with another %s, or none', async (name) => {
    for (const value of ['https://example.com', `${world.server.url}/`, client.id, undefined])
      await expectRefused(await forge({ payload: { [name]: value } }));
  });

  it('401 invalid_token when it is expired, never expires or is not valid yet', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const term of [
      { exp: now - 1 },
      { exp: undefined },
      { nbf: now + 3600 },
      { iat: undefined },
    ])
      await expectRefused(await forge({ payload: term }));
  });

  it('401 invalid_token once its row has expired, whatever it says itself', async () => {
    const token = await client.token();
    await world.rewrite('UPDATE oauth_token SET expires_at = now() WHERE id = $1', [
      decodeJwt(token).jti,
    ]);
    await expectRefused(token);
  });

  it('401 invalid_token when it names a token, a client or a subject that do not belong together', async () => {
    const other = await oauthClient(world, 'owner');
    for (const value of [other.id, randomUUID(), 'no id', '', undefined, 7]) {
      await expectRefused(await forge({ payload: { client_id: value } }));
      await expectRefused(await forge({ payload: { sub: value } }));
      await expectRefused(await forge({ payload: { client_id: value, sub: value } }));
      await expectRefused(await forge({ payload: { jti: value } }));
    }
  });

  it('401 invalid_token when it claims to be a session as well', async () => {
    await expectRefused(await forge({ payload: { sid: randomUUID() } }));
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
