import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { Fails } from '../platform/http/returns.js';
import type { Access } from './catalogue.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { describeAccess, isByClient, type Requirement, type RouteAccess } from './requirement.js';

export const routeAccessKey = Symbol('route access');

type RequiresOptions = Omit<Requirement, 'product' | 'access'>;

/** Refusals of a valid credential, whatever it calls. */
const whoeverCalls = ['account_deactivated', 'organization_suspended', 'ip_not_allowed'] as const;
const forbidden = ['insufficient_permissions', 'second_factor_required', ...whoeverCalls] as const;

/**
 * Declares what a route asks of its caller, and writes it into the OpenAPI document.
 *
 * @example
 * ```ts
 * @Post()
 * @Requires('api_keys', 'read_write')
 * create(@Granted() grant: Grant, @Body() input: CreateApiKey) { … }
 * ```
 */
export function Requires(product: string, access: Access, options: RequiresOptions = {}) {
  return applyDecorators(declared({ product, access, ...options }), Fails(...forbidden));
}

/** Declares that any valid credential may call the route. */
export function SignedIn() {
  return applyDecorators(declared('signed_in'), Fails(...whoeverCalls));
}

/** Declares that a route may be called without a credential, and that one that is sent is looked at like everywhere. */
export function SignedInOrNot() {
  return applyDecorators(declared('signed_in_or_not'), Fails(...whoeverCalls));
}

/** Declares that the caller asks for a product and an access by its query. */
export function RequiresAsAsked() {
  return applyDecorators(declared('as_asked'), Fails(...forbidden));
}

/**
 * Declares that an OAuth client authenticates itself at the route (RFC 6749, section 2.3), or that any other credential
 * calls it which has an access.
 */
export function CalledByClient(orBearer: Requirement | null = null) {
  const access = { orBearer };
  return applyDecorators(
    SetMetadata(routeAccessKey, access),
    ApiExtension('x-permission', describeAccess(access)),
    ApiSecurity('client'),
    ...(orBearer ? [ApiBearerAuth('bearer')] : []),
  );
}

/** Declares that a route looks at no credential. */
export function Public() {
  return applyDecorators(
    SetMetadata(routeAccessKey, 'public'),
    ApiExtension('x-permission', 'public'),
  );
}

function declared(access: RouteAccess) {
  return applyDecorators(
    SetMetadata(routeAccessKey, access),
    ApiExtension('x-permission', describeAccess(access)),
    ApiBearerAuth('bearer'),
    Fails(
      'invalid_request',
      'missing_token',
      'invalid_token',
      'rate_limit_exceeded',
      'unavailable',
    ),
    ApiHeader(projectHeader('X-Project-Id', 'uuid')),
    ApiHeader(projectHeader('X-Project-Slug')),
    ...(mayChange(access) ? [UseInterceptors(IdempotencyInterceptor)] : []),
  );
}

/** What only reads need not be told apart from its repetition, and an interceptor costs every call of a route. */
function mayChange(access: RouteAccess): boolean {
  if (typeof access === 'object') return !isByClient(access) && access.access === 'read_write';
  return access === 'signed_in' || access === 'signed_in_or_not';
}

function projectHeader(name: string, format?: string) {
  return {
    name,
    required: false,
    description:
      'Selects the project the call is about. A project-scoped key needs none; elsewhere it narrows the call to that project.',
    schema: { type: 'string', ...(format && { format }) },
  };
}
