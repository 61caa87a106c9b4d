import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { outcome } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const authorization = (value: string) => world.client(null).with({ authorization: value });
const rawMe = (...headers: string[]) =>
  sendRaw(world.server, rawRequest('GET /v1/users/me', headers));

describe('Authorization: Bearer <token>', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'takes the scheme spelled %s',
    async (scheme) => {
      const answer = await authorization(`${scheme} ${world.server.first.apiKey}`).get('/users/me');
      expect(answer.status).toBe(200);
    },
  );

  it.each([
    ['several spaces', (token: string) => `Authorization: Bearer    ${token}`],
    ['a tab', (token: string) => `Authorization: Bearer\t${token}`],
    ['spaces and tabs around it', (token: string) => `Authorization:\t Bearer \t ${token} \t `],
    ['its name in capitals', (token: string) => `AUTHORIZATION: Bearer ${token}`],
  ])('takes a token after %s', async (_, line) => {
    expect((await rawMe(line(world.server.first.apiKey))).status).toBe(200);
  });

  it('401 invalid_token when the token is empty', async () => {
    for (const line of ['Authorization: Bearer', 'Authorization: Bearer  \t']) {
      expect(outcome(await rawMe(line))).toBe('401 invalid_token');
    }
  });

  it.each(['Basic dXNlcjpwYXNz', 'Token abc', 'Digest a="b"', 'Bearerx', ''])(
    '401 missing_token with another scheme than Bearer: "%s"',
    async (value) => {
      const answer = await rawMe(`Authorization: ${value}`);
      expect(outcome(answer)).toBe('401 missing_token');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="latchkey"');
    },
  );

  it('401 missing_token for a good key in another scheme', async () => {
    const { apiKey } = world.server.first;
    for (const value of [apiKey, `Token ${apiKey}`, `Bearer:${apiKey}`]) {
      expect(outcome(await authorization(value).get('/users/me'))).toBe('401 missing_token');
    }
  });

  it('400 invalid_request when the header is given twice, also when both are the same', async () => {
    const line = `Authorization: Bearer ${world.server.first.apiKey}`;
    for (const second of [line, 'authorization: Bearer other', 'Authorization: Basic x']) {
      const answer = await rawMe(line, second);
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details).toEqual([
        { field: 'header Authorization', message: 'is given twice' },
      ]);
    }
  });

  it('400 invalid_request when access_token stands in the query beside the header', async () => {
    expect(outcome(await world.owner.get('/users/me?access_token=other'))).toBe(
      '400 invalid_request',
    );
  });

  it('400 invalid_request when access_token stands in the body beside the header', async () => {
    const answer = await world.owner.post('/projects', { name: 'Never made', access_token: 'x' });
    expect(outcome(answer)).toBe('400 invalid_request');
    const { body } = await world.owner.get('/projects');
    expect(body.data.map((project: { name: string }) => project.name)).not.toContain('Never made');
  });

  it('401 missing_token for a token in the query, the body or a cookie alone', async () => {
    const { apiKey } = world.server.first;
    const nobody = world.client(null);
    const cookies = ['access_token', 'token', 'session', 'authorization'];
    const answers = [
      await nobody.get(`/users/me?access_token=${apiKey}`),
      await nobody.post('/projects', { name: 'Project', access_token: apiKey }),
      await nobody
        .with({ cookie: cookies.map((name) => `${name}=${apiKey}`).join('; ') })
        .get('/users/me'),
      await nobody.with({ 'x-api-key': apiKey }).get('/users/me'),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '401 missing_token'));
  });
});

describe('401 invalid_token', () => {
  const after = '2090-01-01T00:00:00Z';

  it('is the same bytes but for the request id for empty, malformed, unknown, revoked, disabled, expired and not-yet-valid', async () => {
    const tokens = {
      empty: '',
      malformed: 'sk_nonsense',
      'no token at all': 'a b',
      unknown: mintToken('sk'),
      'of another prefix': mintToken('zz'),
      'no JWT': 'a.b.c',
      revoked: await keyAfter((id) => world.owner.delete(`/api-keys/${id}`)),
      disabled: await keyAfter((id) => world.owner.patch(`/api-keys/${id}`, { is_active: false })),
      expired: await keyAfter((id) =>
        world.rewrite(`UPDATE api_key SET expires_at = now() WHERE id = $1`, [id]),
      ),
      'not yet valid': (await world.key({ not_before: after })).key.secret as string,
      'of a deleted owner': await keyOfDeletedOwner(),
    };
    const seen = new Map<string, string[]>();
    for (const [kind, token] of Object.entries(tokens)) {
      const answer = await authorization(`Bearer ${token}`).get('/users/me');
      const { error } = answer.body as { error: { request_id: string } };
      expect(answer.headers.get('x-request-id')).toBe(error.request_id);
      const headers = [...answer.headers].filter(
        ([name]) => !['date', 'x-request-id'].includes(name),
      );
      const bytes = JSON.stringify([
        answer.status,
        headers,
        answer.text.replace(error.request_id, 'ID'),
      ]);
      seen.set(bytes, [...(seen.get(bytes) ?? []), kind]);
    }
    expect([...seen.values()]).toEqual([Object.keys(tokens)]);
    const [[status, headers, text]] = [...seen.keys()].map(
      (bytes) => JSON.parse(bytes) as [number, [string, string][], string],
    ) as [[number, [string, string][], string]];
    expect(status).toBe(401);
    expect(new Headers(headers).get('www-authenticate')).toBe(
      'Bearer realm="latchkey", error="invalid_token"',
    );
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'invalid_token',
        message: 'The API key or token provided is invalid or has been revoked.',
        request_id: 'ID',
      },
    });
  });

  async function keyAfter(change: (id: string) => Promise<unknown>): Promise<string> {
    const { key, client } = await world.key();
    expect((await client.get('/users/me')).status).toBe(200);
    await change(key.id as string);
    return key.secret as string;
  }

  async function keyOfDeletedOwner(): Promise<string> {
    const bot = await world.serviceAccount();
    const { key } = await world.key({ owner_id: bot.id });
    expect((await world.owner.delete(`/service-accounts/${bot.id}`)).status).toBe(204);
    return key.secret as string;
  }

  it('is answered without a look in the database when the checksum fails', async () => {
    const cut = await World.start();
    try {
      const { apiKey } = cut.server.first;
      const last = apiKey.at(-1) === '0' ? '1' : '0';
      const restore = await cutOff(cut.server);
      const mistyped = await cut.client(apiKey.slice(0, -1) + last).get('/users/me');
      expect(outcome(mistyped)).toBe('401 invalid_token');
      const unknown = await cut.client(mintToken('sk')).get('/users/me');
      expect(outcome(unknown)).toBe('503 unavailable');
      await restore();
      expect((await cut.owner.get('/users/me')).status).toBe(200);
    } finally {
      await cut.close();
    }
  });
});
