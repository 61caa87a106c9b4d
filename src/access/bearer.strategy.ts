import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import { isJwt } from '../platform/crypto/access-tokens.js';
import { isWellFormedToken } from '../platform/crypto/token-format.js';
import { ApiError } from '../platform/http/api-error.js';
import { bearerToken } from './bearer-token.js';
import type { KnownCredential } from './admission/call.js';
import type { Credentials } from './credentials.js';
import { requestInfoOf } from './request-info.js';
import type { UnknownTokens } from './unknown-tokens/unknown-tokens.js';

/** What the guard hands over with each call: Passport keeps one strategy of a name for the whole process. */
export interface BearerOptions {
  /** The credentials of the server that is called. */
  readonly credentials: Credentials;
  readonly unknownTokens: UnknownTokens;
}

/**
 * Passport's bearer strategy, narrowed to the header. The library also takes tokens from query and body, and its
 * failures lose their status on the way through Nest, so the token is read by `bearerToken()`.
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  declare readonly success: (user: KnownCredential) => void;
  declare readonly error: (error: unknown) => void;

  override authenticate(request: unknown, options?: unknown): void {
    try {
      const known = this.validate(request as FastifyRequest, options as BearerOptions);
      if (known instanceof Promise) known.then(this.success, this.error);
      else this.success(known);
    } catch (error) {
      this.error(error);
    }
  }

  /** Finds the state behind the call's token, at once where it is remembered. */
  validate(request: FastifyRequest, { credentials, unknownTokens }: BearerOptions) {
    const token = bearerToken(request);
    const known = credentials.find(token);
    if (!(known instanceof Promise)) return known;
    return known.then((found) => found ?? refuse(token, request, unknownTokens));
  }
}

/** Refuses an unknown token. One that has the form of ours is recorded first. */
async function refuse(
  token: string,
  request: FastifyRequest,
  unknownTokens: UnknownTokens,
): Promise<never> {
  if (isWellFormedToken(token) || isJwt(token)) await unknownTokens.record(requestInfoOf(request));
  throw new ApiError('invalid_token');
}
