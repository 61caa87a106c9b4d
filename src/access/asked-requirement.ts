import type { FastifyRequest } from 'fastify';
import type { FieldError } from '../platform/http/api-error.js';
import { isBuiltIn, type Access } from './catalogue.js';
import type { Requirement } from './requirement.js';

/** What a caller asks about by `?product=` and `?access=`, or what is wrong with the question. */
export type AskedRequirement =
  | { readonly requirement: Requirement; readonly malformed: null }
  | { readonly requirement: null; readonly malformed: FieldError };

type AskingRequest = Pick<FastifyRequest, 'query' | 'headers' | 'method'>;

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Reads the question. Whether there is such a product is left to admission. */
export function askedRequirement(request: AskingRequest): AskedRequirement {
  const query = request.query as Record<string, unknown>;
  const { product, access = accessByMethod(request), deny_status: status = '403' } = query;
  if (typeof product !== 'string' || product === '')
    return malformed('product', 'is required, once');
  if (access !== 'read' && access !== 'read_write')
    return malformed('access', 'must be read or read_write, once');
  if (status !== '403') return malformed('deny_status', 'must be 403, once');
  return { requirement: askedFor(product, access), malformed: null };
}

/** More different questions than this are not kept: whoever has a credential can ask for what is no product. */
const mostKept = 200;
const kept = new Map<string, Requirement>();

/** What is asked where a caller chooses the product: the same object, mostly, for who asks the same. */
export function askedFor(product: string, access: Access): Requirement {
  const question = `${access} ${product}`;
  let asked = kept.get(question);
  if (!asked) {
    asked = { product, access, projectRequired: !isBuiltIn(product), mustExist: true };
    if (kept.size >= mostKept) kept.clear();
    kept.set(question, asked);
  }
  return asked;
}

/** The stronger access of the methods that the headers name, or else of the request's own. */
function accessByMethod({ headers, method }: AskingRequest): Access {
  const named = [headers['x-forwarded-method'], headers['x-original-method']].filter(
    (value) => value !== undefined,
  );
  const methods = named.length > 0 ? named : [method];
  return methods.every((value) => readingMethods.has(String(value))) ? 'read' : 'read_write';
}

function malformed(field: string, message: string): AskedRequirement {
  return { requirement: null, malformed: { field, message } };
}
