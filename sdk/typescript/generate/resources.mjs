/** What is written by hand: the question of the guards, and the checks of tokens. */
const byHand = /^\/v1\/(authorize|keys\/verify)/;

/** What a person's browser opens, and is sent on from. */
const forBrowsers = /^\/v1\/auth\/sso(\/callback)?$/;

/**
 * The source of a class for each noun of an OpenAPI document, with a method for each of its operations, and of the
 * class that holds them all. The operation `apiKeys_create` is `apiKeys.create()`: it takes the ids of its path, then
 * its body or query, then options.
 */
export function resources({ paths }) {
  const nouns = {};
  for (const [path, operations] of Object.entries(paths)) {
    if (byHand.test(path) || forBrowsers.test(path)) continue;
    for (const [method, operation] of Object.entries(operations)) {
      const [noun, name] = operation.operationId.split('_');
      (nouns[noun] ??= []).push(methodOf(name, method.toUpperCase(), path, operation));
    }
  }
  const classes = Object.entries(nouns).map(([noun, methods]) => classOf(noun, methods));
  return `${[head, ...classes, everything(Object.keys(nouns))].join('\n\n')}\n`;
}

const head = `// Generated from openapi.json by \`npm run generate\`.
import type { CallOptions, Calls } from '../calls.js';
import { everyItem, type Page } from '../pages.js';
import { path } from '../path.js';
import type * as types from './types.gen.js';`;

function classOf(noun, methods) {
  return `export class ${capitalized(noun)} {
  constructor(private readonly calls: Calls) {}

${methods.join('\n\n')}
}`;
}

function everything(nouns) {
  const properties = nouns.map((noun) => `  readonly ${noun}: ${capitalized(noun)};`);
  const made = nouns.map((noun) => `    this.${noun} = new ${capitalized(noun)}(calls);`);
  return `/** Every noun of the API. */
export class Resources {
${properties.join('\n')}

  constructor(calls: Calls) {
${made.join('\n')}
  }
}`;
}

function methodOf(name, method, path, operation) {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, id]) => camelCased(id));
  const content = contentOf(operation, path);
  const result = resultOf(operation);
  const taken = [...ids.map((id) => `${id}: string`), ...(content ? [content.parameter] : [])];
  const call = [
    `method: '${method}'`,
    `path: ${templated(path, ids)}`,
    ...(content ? [content.name] : []),
    ...(takesKey(operation) ? ['keyed: true'] : []),
    ...(operation.security === undefined ? ['open: true'] : []),
  ].join(', ');
  const source = `${comment(operation)}
  async ${name}(${[...taken, 'options?: CallOptions'].join(', ')}): Promise<${result.type}> {
    return this.calls.${result.streams ? 'stream' : 'send'}({ ${call} }, options);
  }`;
  return result.item ? `${source}\n\n${everyMethod(name, ids, content, result.item)}` : source;
}

/** The source of a path, with its ids in it. */
function templated(path, ids) {
  if (ids.length === 0) return `'${path}'`;
  return `path\`${path.replace(/\{(\w+)\}/g, (_, id) => `\${${camelCased(id)}}`)}\``;
}

/** Beside a list of pages, the iterator over all of them, in pages as large as there are. */
function everyMethod(name, ids, content, item) {
  const taken = [...ids.map((id) => `${id}: string`), content.parameter];
  const given = [...ids, '{ limit: 100, ...query, ...(cursor !== undefined && { cursor }) }'];
  return `  /** Every item of {@link ${name}}, fetched page by page as they are asked for. */
  all(${[...taken, 'options?: CallOptions'].join(', ')}): AsyncGenerator<${item}, void, undefined> {
    return everyItem((cursor) => this.${name}(${given.join(', ')}, options));
  }`;
}

/** What a call takes beside ids: its body, its form or its query. */
function contentOf({ operationId, requestBody, parameters }, path) {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  if (requestBody && query.length > 0) throw new Error(`${path} takes both a body and a query`);
  if (requestBody) {
    const [[type, { schema }]] = Object.entries(requestBody.content);
    const name = type === 'application/json' ? 'body' : 'form';
    return { name, parameter: `${name}${requestBody.required ? '' : '?'}: ${referenced(schema)}` };
  }
  if (query.length === 0) return null;
  const mark = query.some(({ required }) => required) ? '' : '?';
  return { name: 'query', parameter: `query${mark}: types.${typeName(operationId)}Data['query']` };
}

function resultOf({ operationId, responses }) {
  const [, { content }] = Object.entries(responses).find(([status]) => status.startsWith('2'));
  if (!content) return { type: 'void' };
  const schema = content['application/json']?.schema;
  if (!schema) return { type: 'ReadableStream<Uint8Array>', streams: true };
  if (schema.$ref) return { type: referenced(schema) };
  const item = schema.properties?.next_cursor && referenced(schema.properties.data.items);
  return item
    ? { type: `Page<${item}>`, item }
    : { type: `types.${typeName(operationId)}Response` };
}

function takesKey({ parameters }) {
  return parameters.some(({ name }) => name === 'Idempotency-Key');
}

function comment({ summary, description }) {
  const text = [summary, description].filter(Boolean).join('\n\n').replaceAll('*/', '*\\/');
  const lines = text.split('\n').map((line) => `   *${line && ` ${line}`}`);
  return ['  /**', ...lines, '   */'].join('\n');
}

function referenced({ $ref }) {
  return `types.${$ref.split('/').at(-1)}`;
}

function typeName(operationId) {
  return operationId.split('_').map(capitalized).join('');
}

function camelCased(name) {
  return name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

function capitalized(name) {
  return name[0].toUpperCase() + name.slice(1);
}
