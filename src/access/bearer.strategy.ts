import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import { ApiError } from '../platform/http/api-error.js';
import { bearerToken } from './bearer-token.js';
import type { KnownCredential } from './admission/call.js';
import type { Credentials } from './credentials.js';

/** What the guard hands over with each call: Passport keeps one strategy of a name for the whole process. */
export interface BearerOptions {
  /** The credentials of the server that is called. */
  readonly credentials: Credentials;
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
    const { credentials } = options as BearerOptions;
    try {
      const known = this.validate(request as FastifyRequest, credentials);
      if (known instanceof Promise) known.then(this.success, this.error);
      else this.success(known);
    } catch (error) {
      this.error(error);
    }
  }

  /** Finds the state behind the call's token, at once where it is remembered. */
  validate(request: FastifyRequest, credentials: Credentials) {
    const known = credentials.find(bearerToken(request));
    return known instanceof Promise ? known.then(existing) : known;
  }
}

function existing(known: KnownCredential | null): KnownCredential {
  if (known === null) throw new ApiError('invalid_token');
  return known;
}
