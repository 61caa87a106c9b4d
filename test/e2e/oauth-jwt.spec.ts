import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { Forger, type Forgery } from '../harness/forger.js';
import { oauthClient, type OAuthClient } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
let forger: Forger;
let genuine: string;
beforeAll(async () => {
  world = await World.start();
  client = await oauthClient(world, 'admin');
  genuine = await client.token();
  forger = new Forger(genuine, world.server.signingKey);
});
afterAll(() => world.close());

const forge = (forgery?: Forgery) => forger.forge(forgery);

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
    for (const token of forger.unsecured()) expect(await fateOf(token)).toBe(refused);
  });

  it('401 invalid_token with HS256 under the published key', async () => {
    for (const token of await forger.underPublishedKey()) expect(await fateOf(token)).toBe(refused);
  });

  it('401 invalid_token with a changed claim or signature', async () => {
    const [header, , signature = ''] = genuine.split('.');
    const claims = { ...forger.claims, scope: 'write', exp: Number(forger.claims.exp) + 3600 };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await fateOf(`${header}.${payload}.${signature}`)).toBe(refused);
    expect(await fateOf(forger.withHeader({}, 'A'.repeat(signature.length)))).toBe(refused);
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

  it.each(['JWT', 'jwt', 'rt+jwt', 'dpop+jwt', 'text/at+jwt', undefined])(
    '401 invalid_token with typ %s',
    async (typ) => {
      expect(await fateOf(await forge({ header: { typ } }))).toBe(refused);
    },
  );

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT'])('200 with typ %s', async (typ) => {
    const token = await forge({ header: { typ } });
    expect(outcome(await world.client(token).get('/users/me'))).toBe('200');
  });

  const encodings: Record<string, (text: string) => Buffer> = {
    'UTF-16': (text) => Buffer.from(text, 'utf16le'),
    'UTF-16 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    'UTF-16, big-endian': (text) => Buffer.from(text, 'utf16le').swap16(),
    'UTF-32': (text) =>
      Buffer.from(Uint32Array.from(text, (character) => character.charCodeAt(0)).buffer),
  };

  it.each(Object.entries(encodings))(
    '401 invalid_token in %s instead of UTF-8',
    async (_, encode) => {
      for (const part of ['header', 'claims'] as const) {
        const utf8 = forger.encoded(part, (text) => Buffer.from(text));
        expect((await world.client(utf8).get('/users/me')).status).toBe(200);
        expect(await fateOf(forger.encoded(part, encode))).toBe(refused);
      }
    },
  );

  it('401 invalid_token with an extension that has to be understood', async () => {
    expect(await fateOf(forger.withHeader({ crit: ['exp'], exp: 1 }))).toBe(refused);
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
    const narrow = new Forger(await client.token('audit:read'), world.server.signingKey);
    const token = await narrow.forge({ payload: { scope: 'write' } });
    expect(outcome(await world.client(token).get('/members'))).toBe('403 insufficient_permissions');
  });

  it('200 where it is meant for others as well', async () => {
    const aud = ['https://example.com', world.server.url];
    const token = await forge({ payload: { aud } });
    expect(outcome(await world.client(token).get('/users/me'))).toBe('200');
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
