import { applyDecorators, UseGuards } from '@nestjs/common';
import { Fails } from '../http/returns.js';
import { AddressThrottlerGuard } from './address-throttler.guard.js';

/**
 * Limits how often one address may call a public endpoint, over all instances together. Where the calls cannot be
 * counted they are refused.
 *
 * @example
 * ```ts
 * @Post('login')
 * @Public()
 * @LimitedPerAddress()
 * login(@Body() input: Login) { … }
 * ```
 */
export function LimitedPerAddress() {
  return applyDecorators(
    UseGuards(AddressThrottlerGuard),
    Fails('rate_limit_exceeded', 'unavailable'),
  );
}
