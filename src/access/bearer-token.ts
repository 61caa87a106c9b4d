import type { FastifyRequest } from 'fastify';
import { ApiError, invalidField } from '../platform/http/api-error.js';
import { isBearer } from '../platform/http/bearer-challenge.js';
import { headerValues } from '../platform/http/header-values.js';

/**
 * The bearer token of a call (RFC 6750, section 2.1), from its one `Authorization` header and from nowhere else.
 *
 * @throws ApiError `missing_token` without one or with another scheme, `invalid_token` when it is no token at all,
 * `invalid_request` when the call holds more than one
 */
export function bearerToken(request: Pick<FastifyRequest, 'raw' | 'query' | 'body'>): string {
  const [header, second] = headerValues(request.raw, 'authorization');
  if (second !== undefined) throw invalidField('header Authorization', 'is given twice');
  if (header === undefined || !isBearer(header)) throw new ApiError('missing_token');
  if (holdsToken(request.query) || holdsToken(request.body))
    throw invalidField('access_token', 'is given beside the Authorization header');
  const [, token] = /^bearer[ \t]*([A-Za-z0-9\-._~+/]+=*)[ \t]*$/i.exec(header) ?? [];
  if (token === undefined) throw new ApiError('invalid_token');
  return token;
}

function holdsToken(part: unknown): boolean {
  return typeof part === 'object' && part !== null && Object.hasOwn(part, 'access_token');
}
