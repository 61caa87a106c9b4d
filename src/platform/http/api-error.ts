/** Every code that a refusal can carry: its status and what its reader is told unless there is more to say. */
export const errorCatalogue = {
  invalid_request: [400, 'The request is malformed.'],
  project_required: [400, 'Name the project that the call is about, by its id or slug.'],
  missing_token: [401, 'Send a credential as `Authorization: Bearer <token>`.'],
  invalid_credentials: [401, 'The e-mail address, the password or the code is wrong.'],
  invalid_token: [401, 'The API key or token provided is invalid or has been revoked.'],
  insufficient_permissions: [403, 'This credential lacks the access that the call needs.'],
  account_deactivated: [403, 'The member that this credential belongs to is deactivated.'],
  organization_suspended: [403, 'The organization is suspended.'],
  ip_not_allowed: [403, 'This credential may not be used from this address.'],
  second_factor_required: [403, 'This takes a second factor.'],
  not_found: [404, 'There is nothing here.'],
  project_not_found: [404, 'There is no such project.'],
  conflict: [409, 'The request conflicts with the present state.'],
  slug_taken: [409, 'This slug is taken.'],
  last_owner: [409, 'An organization keeps at least one active human owner.'],
  idempotency_conflict: [409, 'This Idempotency-Key belongs to another request.'],
  payload_too_large: [413, 'The body is larger than 64 KiB.'],
  unsupported_media_type: [415, 'Send the body as application/json.'],
  rate_limit_exceeded: [
    429,
    'The rate limit is used up. Try again after the seconds in Retry-After.',
  ],
  headers_too_large: [431, 'The headers are too large.'],
  internal_error: [500, 'Something went wrong here. The request id helps to find out what.'],
  unavailable: [503, 'The service cannot answer at the moment. Try again.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The names of errors in OAuth's endpoints (RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1). */
export type OAuthErrorName =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'invalid_scope'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'temporarily_unavailable'
  | 'server_error';

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface ApiErrorOptions {
  /** What it is called at one of OAuth's endpoints, where the code alone does not say. */
  readonly oauth?: OAuthErrorName;
  /** Shown to the caller: never a secret, never an internal. */
  readonly message?: string;
  readonly details?: readonly FieldError[];
  readonly missing?: readonly { readonly product: string; readonly access: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. */
  readonly cause?: unknown;
}

/** An error that is an answer: a stable code, a public message, an internal cause. */
export class ApiError extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly options: ApiErrorOptions = {},
  ) {
    const [status, message] = errorCatalogue[code];
    super(options.message ?? message, { cause: options.cause });
    this.status = status;
  }
}

/** The 400 for one field. */
export function invalidField(field: string, message: string): ApiError {
  return new ApiError('invalid_request', { details: [{ field, message }] });
}
