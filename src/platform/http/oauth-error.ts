import type { FastifyRequest } from 'fastify';
import { ApiError, type ErrorCode, type OAuthErrorName } from './api-error.js';

/** A refusal in OAuth's form. */
export interface OAuthRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: OAuthErrorName; readonly error_description: string };
}

const basicChallenge = { 'WWW-Authenticate': 'Basic realm="latchkey", charset="UTF-8"' };

/** The refusal of a client that did not authenticate itself. */
export function invalidClient(message = 'Client authentication failed.'): ApiError {
  const oauth = 'invalid_client';
  return new ApiError('invalid_credentials', { oauth, message, headers: basicChallenge });
}

/** A refusal with status 400 and a name of OAuth's own. */
export function oauthError(oauth: OAuthErrorName, message: string): ApiError {
  return new ApiError('invalid_request', { oauth, message });
}

/** Names for the codes that are shared with every other route. What is not here is `invalid_request`. */
const names: Partial<Record<ErrorCode, OAuthErrorName>> = {
  insufficient_permissions: 'insufficient_scope',
  account_deactivated: 'unauthorized_client',
  organization_suspended: 'unauthorized_client',
  ip_not_allowed: 'unauthorized_client',
  rate_limit_exceeded: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
  internal_error: 'server_error',
};

/** How a refusal is told at one of OAuth's endpoints. */
export function oauthRefusal(
  error: ApiError,
  request: Pick<FastifyRequest, 'headers'>,
): OAuthRefusal {
  const { oauth, headers = {} } = error.options;
  const name = oauth ?? (error.status === 401 ? unauthenticated(request) : names[error.code]);
  const challenge = name === 'invalid_client' ? basicChallenge : {};
  return {
    // RFC 6749, section 5.2: 400 unless it is said otherwise.
    status: name === 'unauthorized_client' ? 400 : error.status,
    headers: { ...challenge, ...headers },
    body: { error: name ?? 'invalid_request', error_description: descriptionOf(error) },
  };
}

/** A refused credential is a token when it was presented as one (RFC 7662, section 2.3), else a client's. */
function unauthenticated({ headers }: Pick<FastifyRequest, 'headers'>): OAuthErrorName {
  return /^bearer /i.test(headers.authorization ?? '') ? 'invalid_token' : 'invalid_client';
}

/** RFC 6749, section 5.2, leaves out quotation marks, backslashes and all that is not ASCII. */
function descriptionOf({ message, options: { details = [] } }: ApiError): string {
  const [first] = details;
  const text = first ? `${first.field} ${first.message}` : message;
  return text.replaceAll(/["\\`]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');
}
