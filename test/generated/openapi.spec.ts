import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';

const text = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
const document: Json = JSON.parse(text);
const operations: [name: string, operation: Json][] = Object.entries<Json>(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]): [string, Json] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
);

describe.each(operations)('the description of %s', (_, operation) => {
  it('has a summary of one line, a tag and a permission', () => {
    expect(operation.summary).toMatch(/^[A-Z].{5,130}\.$/);
    expect(operation.tags).toHaveLength(1);
    expect(operation['x-permission']).toEqual(expect.any(String));
  });

  it('has exactly one success, and an example of every refusal', () => {
    expect(Object.keys(operation.responses).join()).toMatch(/^\d{3}(,\d{3})*$/);
    const statuses = Object.keys(operation.responses).map(Number);
    expect(statuses.filter((status) => status < 400)).toHaveLength(1);
    for (const status of statuses.filter((candidate) => candidate >= 400)) {
      const { schema, examples } = operation.responses[status].content['application/json'];
      const oauth = schema.$ref === '#/components/schemas/OAuthErrorBody';
      expect(oauth).toBe(operation.tags[0] === 'OAuth 2');
      expect(schema.$ref).toMatch(/^#\/components\/schemas\/(OAuth)?ErrorBody$/);
      for (const [code, example] of Object.entries<Json>(examples))
        expect(oauth ? example.value.error : example.value.error.code).toBe(code);
    }
  });

  it('names each refusal of a status once, and all that it has examples of', () => {
    for (const [status, { description, content }] of Object.entries<Json>(operation.responses)) {
      if (Number(status) < 400) continue;
      const named = description.split('\n\n').map((line: string) => /^`(\w+)`/.exec(line)?.[1]);
      expect(named.toSorted()).toEqual(
        Object.keys(content['application/json'].examples).toSorted(),
      );
    }
  });

  it('gives every parameter a type', () => {
    const types = operation.parameters.map(({ schema }: Json) => schema.type);
    expect(types).toEqual(types.map(() => expect.any(String)));
  });
});

const isByClient = ([, operation]: (typeof operations)[number]) =>
  /^client\b/.test(operation['x-permission']);

const isPublic = ([, operation]: (typeof operations)[number]) =>
  operation['x-permission'] === 'public';

describe.each(operations.filter(isByClient))('the description of %s', (_, operation) => {
  it('asks for a client, or for a token where one will do', () => {
    const bearer = operation['x-permission'] === 'client' ? [] : [{ bearer: [] }];
    expect(operation.security).toEqual(expect.arrayContaining([{ client: [] }, ...bearer]));
    expect(operation.security).toHaveLength(1 + bearer.length);
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '429', '503']));
  });
});

const isGuarded = (operation: (typeof operations)[number]) =>
  !isPublic(operation) && !isByClient(operation);

describe.each(operations.filter(isGuarded))('the description of %s', (_, operation) => {
  it('asks for a bearer token and tells every refusal of one', () => {
    expect(operation.security).toEqual([{ bearer: [] }]);
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '429', '503']));
  });
});

describe.each(operations.filter(isPublic))('the description of %s', (_, operation) => {
  it('asks for no credential', () => {
    expect(operation.security).toBeUndefined();
  });
});

describe('the document', () => {
  it('names every operation once', () => {
    const ids = operations.map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lets no request be sent again that only reads: its first answer may not be true any more', () => {
    const repeatable = operations.filter(([, operation]) =>
      operation.parameters.some((parameter: Json) => parameter.name === 'Idempotency-Key'),
    );
    expect(repeatable.length).toBeGreaterThan(5);
    for (const [name, operation] of repeatable)
      expect([name, operation['x-permission']]).not.toEqual([
        name,
        expect.stringMatching(/:read\b/),
      ]);
  });

  it('takes the limit of every list as an optional integer', () => {
    const limits = operations
      .flatMap(([, operation]) => operation.parameters)
      .filter((parameter) => parameter.name === 'limit');
    expect(limits.length).toBeGreaterThan(5);
    for (const limit of limits)
      expect(limit).toMatchObject({
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      });
  });

  it('shows what may be null, what is one of a few, and what is left out', () => {
    const { ApiKeyView, AuditEventView, Me, CreateApiKey } = document.components.schemas;
    expect(ApiKeyView.properties.project_id.nullable).toBe(true);
    expect(ApiKeyView.properties.product_scopes.nullable).toBe(true);
    expect(ApiKeyView.properties.status.enum).toEqual(['active', 'disabled', 'expired', 'revoked']);
    expect(AuditEventView.properties.changes.nullable).toBe(true);
    expect(AuditEventView.properties.outcome.enum).toEqual(['allowed', 'denied']);
    expect(Me.properties.organization.nullable).toBe(true);
    expect(CreateApiKey.required).toEqual(['name']);
  });
});
