import fc from 'fast-check';
import type { Client, Json } from './client.js';

/** A route of the OpenAPI document, with the names of what it takes. */
export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly body: readonly string[];
  readonly query: readonly string[];
}

/** A call that nobody would make in good faith. */
export interface HostileCall {
  readonly method: string;
  readonly path: string;
  /** JSON, also where no JSON serializer would write it; absent where the method takes none. */
  readonly body?: string;
}

/** Reads every route from the server's own description. */
export async function describedRoutes(anyone: Client): Promise<DescribedRoute[]> {
  const { body: document } = await anyone.get('//openapi.json');
  const schemas: Json = document.components.schemas;
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, { requestBody, parameters = [] }]) => {
      const reference: string = requestBody?.content['application/json']?.schema.$ref ?? '';
      const properties: object = schemas[reference.split('/').at(-1) ?? '']?.properties ?? {};
      const query: Json[] = parameters.filter((parameter: Json) => parameter.in === 'query');
      return {
        method: method.toUpperCase(),
        path,
        body: Object.keys(properties),
        query: query.map((parameter) => parameter.name),
      };
    }),
  );
}

/** Names that every JavaScript object answers to. */
export const prototypeNames = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'isPrototypeOf',
  'propertyIsEnumerable',
  '__defineGetter__',
  '__lookupSetter__',
  'toJSON',
  'then',
  'length',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\0', '\ud800', '\udfff', '\u202e', 'a', '-', ' ') }),
  fc.constantFrom('', 'null', 'NaN', '1e999', '../..', '%00', `'; --`, 'x'.repeat(5000)),
  fc.constantFrom('9999-12-31T23:59:59-12:00', '2030-02-30T00:00:00Z', '0000-01-01T00:00:00Z'),
  fc.uuid(),
);

const anyNumber = fc.oneof(
  fc.constantFrom(-1, 0, 0.5, 2 ** 31, 2 ** 53, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324),
  fc.double(),
  fc.integer(),
);

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  anyNumber,
  fc.constantFrom(null, true, false, [], {}, [null], [[]], [{}], { a: {} }),
  fc.array(anyText, { maxLength: 3 }),
  fc.dictionary(anyText, fc.oneof(anyText, anyNumber)),
  fc.constantFrom(...prototypeNames).map((name) => new Map([[name, 'read']])),
  fc.integer({ min: 1, max: 3000 }).map((depth) => new Nested(depth)),
);

class Nested {
  constructor(readonly depth: number) {}
}

/**
 * Calls of a route with whatever ids, body and query, its own fields among them.
 *
 * @param known ids that exist, which are named by calls that do not delete
 */
export function hostileCalls(
  route: DescribedRoute,
  known: readonly string[],
): fc.Arbitrary<HostileCall> {
  const names = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('name', ...route.body) },
    { weight: 1, arbitrary: fc.oneof(anyText, fc.constantFrom(...prototypeNames)) },
  );
  const unknown = fc.oneof(fc.uuid(), anyText, fc.constantFrom(...prototypeNames));
  const id = route.method === 'DELETE' ? unknown : fc.oneof(unknown, fc.constantFrom(...known));
  const asked = ['product', 'project_id', 'limit', 'cursor', ...route.query, ...prototypeNames];
  const query = fc.tuple(fc.constantFrom(...asked), fc.oneof(anyText, fc.constant('uptime')));
  return fc
    .record({
      ids: fc.tuple(id, id),
      body: fc.array(fc.tuple(names, anyValue), { maxLength: 5 }),
      query: fc.array(query, { maxLength: 3 }),
    })
    .map(({ ids, body, query: search }) => ({
      method: route.method,
      path: `/${pathOf(route, ids)}${searchOf(search)}`,
      ...(!['GET', 'HEAD'].includes(route.method) && { body: jsonOf(body) }),
    }));
}

function pathOf({ path }: DescribedRoute, ids: readonly string[]): string {
  const parts = ids.map((id) => encodeURIComponent(id.toWellFormed()) || '%20');
  return path.replaceAll(/\{\w+\}/g, () => parts.pop() ?? '');
}

function searchOf(pairs: readonly (readonly [string, string])[]): string {
  const parts = pairs.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())));
  return parts.length === 0 ? '' : `?${parts.map((pair) => pair.join('=')).join('&')}`;
}

function jsonOf(fields: Iterable<readonly [string, unknown]>): string {
  const members = [...fields].map(([name, value]) => `${JSON.stringify(name)}:${valueOf(value)}`);
  return `{${members.join(',')}}`;
}

function valueOf(value: unknown): string {
  if (value instanceof Map) return jsonOf(value as Map<string, unknown>);
  if (value instanceof Nested) return '['.repeat(value.depth) + ']'.repeat(value.depth);
  return JSON.stringify(value);
}
