import { ApiError, type ErrorCode, type FieldError } from '../platform/http/api-error.js';
import { bearerChallenge } from '../platform/http/bearer-challenge.js';
import type { Access } from './catalogue.js';

/** An access to a product that is lacking, or wanted. */
export interface ProductAccess {
  readonly product: string;
  readonly access: Access;
}

/** Why a call is not let through: one of the contract's codes and what its caller may know of it. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message?: string;
  readonly missing?: readonly ProductAccess[];
  readonly details?: readonly FieldError[];
}

/** A refusal for want of access. It names the smallest access that would let the call pass. */
export function insufficient(missing: readonly ProductAccess[], where: string): Refusal {
  const lacking = missing.map(({ product, access }) => `${access} access to ${product}`).join(', ');
  const message = `This credential lacks ${lacking}${where}.`;
  return { code: 'insufficient_permissions', message, missing };
}

/** The error that a refusal is answered with, with the header of RFC 6750, section 3. */
export function toApiError(refusal: Refusal, retryAfterSeconds?: number): ApiError {
  return new ApiError(refusal.code, {
    ...(refusal.message && { message: refusal.message }),
    ...(refusal.details && { details: refusal.details }),
    ...(refusal.missing && { missing: refusal.missing }),
    headers: headersOf(refusal, retryAfterSeconds),
  });
}

function headersOf(refusal: Refusal, retryAfterSeconds?: number): Record<string, string> {
  const { code, missing = [] } = refusal;
  if (code === 'insufficient_permissions') {
    const scope = missing.map(({ product, access }) => `${product}:${scopeWord(access)}`).join(' ');
    return bearerChallenge('insufficient_scope', scope);
  }
  if (code === 'rate_limit_exceeded' && retryAfterSeconds !== undefined)
    return { 'Retry-After': String(retryAfterSeconds) };
  return {};
}

/** OAuth's word for an access: `read` or `write`. */
export function scopeWord(access: Access): 'read' | 'write' {
  return access === 'read_write' ? 'write' : 'read';
}
