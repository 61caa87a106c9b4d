import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { ApiError } from '../http/api-error.js';

/** Refuses the calls of an address that are too many, each endpoint for itself. */
@Injectable()
export class AddressThrottlerGuard extends ThrottlerGuard {
  protected override throwThrottlingException(
    _: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new ApiError('rate_limit_exceeded', {
      headers: { 'Retry-After': String(timeToBlockExpire) },
    });
  }
}
