import { STATUS_CODES } from 'node:http';
import type { ApiError } from './api-error.js';
import type { ErrorBody } from './error-body.dto.js';

/** The body of a refusal. */
export function errorBody(error: ApiError, requestId: string): ErrorBody {
  return {
    error: { code: error.code, message: error.message, ...extra(error), request_id: requestId },
  };
}

/** The same as a problem detail (RFC 9457, section 3). */
export function problemBody(error: ApiError, requestId: string) {
  return {
    type: `urn:latchkey:error:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    ...extra(error),
    request_id: requestId,
  };
}

function extra({ code, options: { details = [], missing = [] } }: ApiError) {
  if (code === 'invalid_request') return { details: [...details] };
  if (code === 'insufficient_permissions') return { missing: [...missing] };
  return {};
}
