import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { everyRow } from '../harness/every-row.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

let before: string;
beforeEach(async () => {
  before = await everyRow(world.server);
});
afterEach(async () => {
  if ((await everyRow(world.server)) !== before) throw new Error('a refused request changed rows');
});

const send = (body: string | Uint8Array, type = 'application/json') =>
  world.owner.with({ 'content-type': type }).call('POST', '/projects', body);

/** Sends a body in chunks, of which no length is announced. */
function sendInChunks(...chunks: Uint8Array[]) {
  const head = rawRequest('POST /v1/projects', [
    `Authorization: Bearer ${world.server.first.apiKey}`,
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
  ]);
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return sendRaw(
    world.server,
    Buffer.concat([Buffer.from(head), ...parts, Buffer.from('0\r\n\r\n')]),
  );
}

describe('400 invalid_request', () => {
  it.each([
    ['no JSON', 'name=x'],
    ['half of it', '{"name":"x"'],
    ['more than one', '{"name":"x"}{}'],
    ['a trailing comma', '{"name":"x",}'],
    ['single quotes', `{'name':'x'}`],
    ['NaN', '{"name":NaN}'],
    ['a raw control character', '{"name":"a\nb"}'],
    ['a list', '[{"name":"x"}]'],
    ['a text', '"name"'],
    ['a number', '7'],
    ['null', 'null'],
    ['true', 'true'],
    ['only spaces', '   '],
    ['a NUL in a text', String.raw`{"name":"a\u0000b"}`],
    ['a NUL in a name', String.raw`{"name":"x","a\u0000b":1}`],
    ['a raw NUL', '{"name":"a\0b"}'],
    ['a lone high surrogate', String.raw`{"name":"a\ud83d"}`],
    ['a lone low surrogate', String.raw`{"name":"\udd11a"}`],
    ['surrogates the wrong way round', String.raw`{"name":"\udd11\ud83d"}`],
    ['__proto__', '{"name":"x","__proto__":{"slug":"x"}}'],
    ['__proto__ spelled with an escape', String.raw`{"name":"x","\u005f_proto__":{}}`],
    ['constructor.prototype', '{"name":"x","constructor":{"prototype":{}}}'],
    ['nesting of 17', `{"name":${'['.repeat(16)}1${']'.repeat(16)}}`],
    ['nesting of 30,000', `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['many fields', `{${Array.from({ length: 5000 }, (_, i) => `"f${i}":1`).join(',')}}`],
  ])('for a body that is or holds %s', async (_, body) => {
    expect(outcome(await send(body))).toBe('400 invalid_request');
  });

  it('for a body that is no UTF-8, whole or in chunks', async () => {
    for (const bytes of [
      [0xff],
      [0xc3],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      const body = Buffer.concat([
        Buffer.from('{"name":"a'),
        Buffer.from(bytes),
        Buffer.from('b"}'),
      ]);
      expect(outcome(await send(body))).toBe('400 invalid_request');
      expect(outcome(await sendInChunks(body))).toBe('400 invalid_request');
      expect(outcome(await sendInChunks(body.subarray(0, 11), body.subarray(11)))).toBe(
        '400 invalid_request',
      );
    }
  });

  it('for UTF-16, which RFC 8259 does not allow', async () => {
    expect(outcome(await send(Buffer.from('{"name":"x"}', 'utf16le')))).toBe('400 invalid_request');
  });

  it('for no body where one is required', async () => {
    expect(outcome(await world.owner.call('POST', '/projects'))).toBe('400 invalid_request');
    expect(outcome(await send(''))).toBe('400 invalid_request');
  });

  it('for a query that holds a NUL', async () => {
    expect(outcome(await world.owner.get('/projects?cursor=%00'))).toBe('400 invalid_request');
  });
});

describe('413 payload_too_large', () => {
  it('for more than 64 KiB, announced or in chunks', async () => {
    const body = Buffer.from(JSON.stringify({ name: 'x'.repeat(65_536) }));
    expect(outcome(await send(body))).toBe('413 payload_too_large');
    const halves = [body.subarray(0, 40_000), body.subarray(40_000)];
    expect(outcome(await sendInChunks(...halves))).toBe('413 payload_too_large');
  });
});

describe('415 unsupported_media_type', () => {
  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-patch+json',
    'application/problem+json',
    'application/octet-stream',
    'json',
    '*/*',
  ])('for a body of %s', async (type) => {
    expect(outcome(await send('{"name":"x"}', type))).toBe('415 unsupported_media_type');
  });

  it('for a body of no type at all', async () => {
    const lines = [`Authorization: Bearer ${world.server.first.apiKey}`, 'Content-Length: 12'];
    const request = rawRequest('POST /v1/projects', lines, '{"name":"x"}');
    expect(outcome(await sendRaw(world.server, request))).toBe('415 unsupported_media_type');
  });

  it('never for application/json, however it is spelled', async () => {
    for (const type of ['application/json', 'Application/JSON', 'application/json; charset=utf-8'])
      expect(outcome(await send('{}', type))).toBe('400 invalid_request');
  });
});

describe('headers', () => {
  it('400 or 431 for garbage, and the server goes on', async () => {
    const { apiKey } = world.server.first;
    const garbage = [
      'X-Project-Id: \x01',
      'X-Project-Id : x',
      ': x',
      'No colon',
      ' folded: x',
      'Content-Length: -1',
      'Content-Length: 1e3',
      'Transfer-Encoding: chunked\r\nContent-Length: 3',
      `X-Large: ${'x'.repeat(100_000)}`,
      Array.from({ length: 3000 }, (_, i) => `X-Many-${i}: x`).join('\r\n'),
    ];
    for (const line of garbage) {
      const request = rawRequest('POST /v1/projects', [`Authorization: Bearer ${apiKey}`, line]);
      const { status } = await sendRaw(world.server, request);
      expect([line.slice(0, 40), [400, 415, 431].includes(status)]).toEqual([
        line.slice(0, 40),
        true,
      ]);
    }
    expect(outcome(await world.owner.get('/users/me'))).toBe('200');
  });

  it('takes any bytes where a header is only written down', async () => {
    const odd = String.fromCharCode(...Array.from({ length: 128 }, (_, i) => i + 128));
    const lines = [
      `Authorization: Bearer ${world.server.first.apiKey}`,
      `User-Agent: ${odd}`,
      `X-Forwarded-For: ${odd}`,
      `Accept: ${odd}`,
      `Cookie: ${odd}=${odd}; __proto__=1`,
      'X-Forwarded-Method: \xff',
    ];
    const answer = await sendRaw(world.server, rawRequest('GET /v1/users/me', lines));
    expect(outcome(answer)).toBe('200');
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256), 'a, b'])(
    '400 invalid_request for the Idempotency-Key "%s"',
    async (key) => {
      const lines = [
        `Authorization: Bearer ${world.server.first.apiKey}`,
        'Content-Type: application/json',
        'Content-Length: 12',
        `Idempotency-Key: ${key}`,
      ];
      const request = rawRequest('POST /v1/projects', lines, '{"name":"x"}');
      expect(outcome(await sendRaw(world.server, request))).toBe('400 invalid_request');
    },
  );
});
