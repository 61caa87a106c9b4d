import type { FastifyRequest } from 'fastify';
import { invalidField } from '../../platform/http/api-error.js';
import { isBearer } from '../../platform/http/bearer-challenge.js';
import { formDecoded, parameter } from '../../platform/http/form-body.js';
import { headerValues } from '../../platform/http/header-values.js';
import { invalidClient } from '../../platform/http/oauth-error.js';

/** What a client authenticates itself with (RFC 6749, section 2.3.1). */
export interface ClientCredentials {
  readonly clientId: string;
  readonly secret: string;
}

type PresentingRequest = Pick<FastifyRequest, 'raw' | 'body'>;

/**
 * A client's id and secret, by HTTP Basic or in the form; `bearer` when the caller presents a token instead. The
 * request's URI is never looked at.
 *
 * @throws ApiError `invalid_client` without either or with another method, `invalid_request` with more than one
 */
export function clientCredentials(request: PresentingRequest): ClientCredentials | 'bearer' {
  const [header, second] = headerValues(request.raw, 'authorization');
  if (second !== undefined) throw invalidField('header Authorization', 'is given twice');
  const secret = parameter(request, 'client_secret');
  const assertion = parameter(request, 'client_assertion');
  if (secret !== undefined && assertion !== undefined)
    throw invalidField('client_assertion', 'is given beside client_secret');
  if (header === undefined) return ofForm(parameter(request, 'client_id'), secret);
  if ((secret ?? assertion) !== undefined)
    throw invalidField('header Authorization', 'is given beside a secret in the form');
  if (isBearer(header)) return 'bearer';
  const [, scheme = '', value = ''] = /^(\S*)[ \t]*(.*)$/s.exec(header) ?? [];
  if (scheme.toLowerCase() !== 'basic') throw invalidClient();
  const credentials = ofBasic(value);
  const named = parameter(request, 'client_id');
  if (named !== undefined && named !== credentials.clientId)
    throw invalidField('client_id', 'differs from the one in the Authorization header');
  return credentials;
}

function ofForm(clientId: string | undefined, secret: string | undefined): ClientCredentials {
  if (clientId === undefined || secret === undefined)
    throw invalidClient('Authenticate by HTTP Basic, or by client_id and client_secret.');
  return { clientId, secret };
}

/** Both parts are form-encoded before they are joined, so that an id may hold a colon. */
function ofBasic(value: string): ClientCredentials {
  const text = Buffer.from(value, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) throw invalidClient();
  try {
    const [clientId = '', secret = ''] = [text.slice(0, colon), text.slice(colon + 1)].map(
      formDecoded,
    );
    return { clientId, secret };
  } catch {
    throw invalidClient();
  }
}
