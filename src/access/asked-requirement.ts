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

/** What is asked where a caller chooses the product. */
export function askedFor(product: string, access: Access): Requirement {
  return { product, access, projectRequired: !isBuiltIn(product), mustExist: true };
}

/** Tells whether two ask the same: by one route, or by the same product and access where callers choose them. */
export function askTheSame(one: Requirement | null, other: Requirement | null): boolean {
  if (one === other) return true;
  if (!one?.mustExist || !other?.mustExist) return false;
  return one.product === other.product && one.access === other.access;
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
