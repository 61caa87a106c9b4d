import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../platform/http/api-error.js';

/** Slows down who guesses at a public endpoint: so many calls a minute from one address, whatever the route. */
@Injectable()
export class AddressThrottlerGuard extends ThrottlerGuard {
  protected override getTracker(request: FastifyRequest): Promise<string> {
    return Promise.resolve(request.ip);
  }

  protected override generateKey(_: ExecutionContext, address: string): string {
    return `address ${address}`;
  }

  protected override throwThrottlingException(
    _: ExecutionContext,
    { timeToBlockExpire }: { timeToBlockExpire: number },
  ): Promise<void> {
    throw new ApiError('rate_limit_exceeded', {
      headers: { 'Retry-After': String(timeToBlockExpire) },
    });
  }
}
