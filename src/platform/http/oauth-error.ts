import type { FastifyRequest } from 'fastify';
import { ApiError, type ErrorCode, type OAuthErrorName } from './api-error.js';
import { bearerChallenge, isBearer } from './bearer-challenge.js';

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

type Names = Partial<Record<ErrorCode, OAuthErrorName>>;

/** Names for the codes that are shared with every other route. What is not here is `invalid_request`. */
const names: Names = {
  insufficient_permissions: 'insufficient_scope',
  second_factor_required: 'insufficient_scope',
  rate_limit_exceeded: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
  internal_error: 'server_error',
};

/** What a client is told, which authenticates itself (RFC 6749, section 5.2). */
const namesForClients: Names = {
  ...names,
  invalid_token: 'invalid_client',
  account_deactivated: 'unauthorized_client',
  organization_suspended: 'unauthorized_client',
  ip_not_allowed: 'unauthorized_client',
};

/** What a caller with a token is told: one that does not do is invalid, whatever the reason (RFC 7662, section 2.3). */
const namesForBearers: Names = {
  ...names,
  invalid_token: 'invalid_token',
  account_deactivated: 'invalid_token',
  organization_suspended: 'invalid_token',
  ip_not_allowed: 'invalid_token',
};

/** RFC 6749, section 5.2, and RFC 6750, section 3.1: what a name is told with, where the code has another status. */
const statuses: Partial<Record<OAuthErrorName, number>> = {
  unauthorized_client: 400,
  invalid_token: 401,
};

/** How a refusal is told at one of OAuth's endpoints. */
export function oauthRefusal(
  error: ApiError,
  { headers: { authorization = '' } }: Pick<FastifyRequest, 'headers'>,
): OAuthRefusal {
  const { oauth, headers } = error.options;
  const shared = isBearer(authorization) ? namesForBearers : namesForClients;
  const name = oauth ?? shared[error.code] ?? 'invalid_request';
  return {
    status: statuses[name] ?? error.status,
    headers: { ...challengeOf(name), ...headers },
    body: { error: name, error_description: descriptionOf(error) },
  };
}

function challengeOf(name: OAuthErrorName): Record<string, string> {
  if (name === 'invalid_client') return basicChallenge;
  return name === 'invalid_token' || name === 'insufficient_scope' ? bearerChallenge(name) : {};
}

/** RFC 6749, section 5.2, leaves out quotation marks, backslashes and all that is not ASCII. */
function descriptionOf({ message, options: { details = [] } }: ApiError): string {
  const [first] = details;
  const text = first ? `${first.field} ${first.message}` : message;
  return text.replaceAll(/["\\`]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');
}
