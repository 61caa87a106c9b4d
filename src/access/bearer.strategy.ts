import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import { ApiError } from '../platform/http/api-error.js';
import { bearerToken } from './bearer-token.js';
import type { CredentialState } from './credential-state.js';
import { Credentials } from './credentials.js';

/**
 * Passport's bearer strategy, narrowed to the header. The library also takes tokens from query and body, and its
 * failures lose their status on the way through Nest, so the token is read by `bearerToken()`.
 */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  declare readonly success: (user: CredentialState) => void;
  declare readonly error: (error: unknown) => void;

  constructor(private readonly credentials: Credentials) {
    super();
  }

  override authenticate(request: unknown): void {
    void this.find(request as FastifyRequest).then(
      (state) => this.success(state),
      (error: unknown) => this.error(error),
    );
  }

  /** Passport calls this for tokens that the library found; ours are found by {@link authenticate}. */
  async validate(token: string): Promise<CredentialState> {
    const state = await this.credentials.find(token);
    if (state === null) throw new ApiError('invalid_token');
    return state;
  }

  private async find(request: FastifyRequest): Promise<CredentialState> {
    return this.validate(bearerToken(request));
  }
}
