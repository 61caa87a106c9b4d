import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import {
  basic,
  oauthClient,
  oauthOutcome,
  postForm,
  type OAuthClient,
} from '../harness/oauth-client.js';
import { refusalOf } from '../harness/oauth-refusal.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  client = await oauthClient(world, 'admin');
});
afterAll(() => world.close());

const grant = { grant_type: 'client_credentials' };

const ask = (parameters: Record<string, string> | string, headers: Record<string, string> = {}) =>
  postForm(world.server, 'token', parameters, headers);

describe('client authentication', () => {
  it('200 by HTTP Basic and by the form', async () => {
    expect(oauthOutcome(await ask(grant, { authorization: basic(client.id, client.secret) }))).toBe(
      '200',
    );
    const { id: client_id, secret: client_secret } = client;
    expect(oauthOutcome(await ask({ ...grant, client_id, client_secret }))).toBe('200');
  });

  it('200 by HTTP Basic with every character percent-encoded', async () => {
    const encoded = (text: string) =>
      [...text].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    const authorization = basic(encoded(client.id), encoded(client.secret));
    expect(oauthOutcome(await ask(grant, { authorization }))).toBe('200');
  });

  it('200 with the scheme in any case, and with the same client_id in the form', async () => {
    const authorization = basic(client.id, client.secret).replace('Basic', 'bASIC');
    expect(oauthOutcome(await ask({ ...grant, client_id: client.id }, { authorization }))).toBe(
      '200',
    );
  });

  it('400 invalid_request with both HTTP Basic and the form', async () => {
    const authorization = basic(client.id, client.secret);
    for (const second of ['client_secret', 'client_assertion'])
      expect(refusalOf(await ask({ ...grant, [second]: client.secret }, { authorization }))).toBe(
        '400 invalid_request',
      );
    const other = { ...grant, client_id: crypto.randomUUID() };
    expect(refusalOf(await ask(other, { authorization }))).toBe('400 invalid_request');
  });

  it('400 invalid_request with a secret and an assertion in the form', async () => {
    const { id: client_id, secret: client_secret } = client;
    const both = { ...grant, client_id, client_secret, client_assertion: 'a.b.c' };
    expect(refusalOf(await ask(both))).toBe('400 invalid_request');
  });

  it('400 invalid_request with two Authorization headers', async () => {
    const header = `Authorization: ${basic(client.id, client.secret)}`;
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const body = 'grant_type=client_credentials';
    const length = `Content-Length: ${body.length}`;
    const raw = rawRequest('POST /oauth/token', [header, header, type, length]);
    expect(JSON.stringify(await sendRaw(world.server, raw + body))).toContain('invalid_request');
  });

  it.each<[string, () => Record<string, string>, () => Record<string, string>]>([
    ['none', () => ({}), () => ({})],
    ['no secret', () => ({ client_id: client.id }), () => ({})],
    ['a wrong secret', () => ({}), () => ({ authorization: basic(client.id, mintToken('cs')) })],
    ['a secret that is none', () => ({}), () => ({ authorization: basic(client.id, 'secret') })],
    [
      'an unknown client',
      () => ({}),
      () => ({ authorization: basic(crypto.randomUUID(), client.secret) }),
    ],
    [
      'a client that is no id',
      () => ({}),
      () => ({ authorization: basic("x' OR 1=1", client.secret) }),
    ],
    [
      'an API key as the secret',
      () => ({}),
      () => ({ authorization: basic(client.id, world.server.first.apiKey) }),
    ],
    ['HTTP Basic without a colon', () => ({}), () => ({ authorization: 'Basic eA==' })],
    [
      'HTTP Basic that is half encoded',
      () => ({}),
      () => ({ authorization: basic(client.id, '%c') }),
    ],
    ['another scheme', () => ({}), () => ({ authorization: 'Digest x' })],
    [
      'a bearer token',
      () => ({}),
      () => ({ authorization: `Bearer ${world.server.first.apiKey}` }),
    ],
    ['an assertion', () => ({ client_assertion: 'a.b.c' }), () => ({})],
  ])('401 invalid_client with %s', async (_, parameters, headers) => {
    expect(refusalOf(await ask({ ...grant, ...parameters() }, headers()))).toBe(
      '401 invalid_client',
    );
  });

  it('401 invalid_client with id and secret in the URI, where they must not be', async () => {
    const { id: client_id, secret: client_secret } = client;
    const query = new URLSearchParams({ client_id, client_secret }).toString();
    expect(refusalOf(await ask(grant, {}))).toBe('401 invalid_client');
    expect(refusalOf(await postForm(world.server, `token?${query}`, grant))).toBe(
      '401 invalid_client',
    );
  });

  it('the secret of one client does not authenticate another', async () => {
    const other = await oauthClient(world);
    expect(refusalOf(await client.at(world.server, other.secret).tokenAnswer())).toBe(
      '401 invalid_client',
    );
  });

  it('a client secret is no bearer token', async () => {
    expect((await world.client(client.secret).get('/users/me')).status).toBe(401);
  });

  it('429 past 20 wrong secrets of one address, and never for the right one', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    const guess = () =>
      ask(grant, { ...headers, authorization: basic(client.id, mintToken('cs')) });
    const answers = await Promise.all(Array.from({ length: 30 }, guess));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(10);
    for (const answer of limited) {
      expect(refusalOf(answer)).toBe('429 temporarily_unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const right = await ask(grant, { ...headers, authorization: basic(client.id, client.secret) });
    expect(oauthOutcome(right)).toBe('200');
  });

  it('tells of the right secret of a client that is deleted in its organization’s log', async () => {
    const gone = await oauthClient(world);
    await world.owner.delete(gone.path);
    expect(refusalOf(await gone.tokenAnswer())).toBe('401 invalid_client');
    const { body } = await world.owner.get(`/audit-events?actor_id=${gone.memberId}`);
    expect(body.data[0]).toMatchObject({
      action: 'oauth_client.used',
      outcome: 'denied',
      code: 'invalid_token',
    });
  });
});
