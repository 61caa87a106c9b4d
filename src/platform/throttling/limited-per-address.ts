import { applyDecorators, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
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
 * @param calls how many in any 60 seconds, 20 unless given
 */
export function LimitedPerAddress(calls?: number) {
  return applyDecorators(
    UseGuards(AddressThrottlerGuard),
    ...(calls === undefined ? [] : [Throttle({ address: { limit: calls } })]),
    Fails('rate_limit_exceeded', 'unavailable'),
  );
}
