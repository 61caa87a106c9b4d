import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ApiError } from '../http/api-error.js';
import { AddressCallsRepository } from './address-calls.repository.js';
import { addressLimit, networkOf } from './network.js';

/**
 * Counts wrong secrets by the address that sent them, where right ones are never held up: many who are right may share
 * an address with one who guesses.
 */
@Injectable()
export class FailedGuesses {
  constructor(private readonly calls: AddressCallsRepository) {}

  /**
   * Counts a wrong guess.
   *
   * @param what names the kind of secret; each is counted for itself
   * @throws ApiError `rate_limit_exceeded` past 20 in 60 seconds, `unavailable` when it cannot be counted
   */
  async count(what: string, ip: string): Promise<void> {
    const key = createHash('sha256')
      .update(`failed ${what}\n${networkOf(ip)}`)
      .digest('hex');
    const { ttl, limit } = addressLimit;
    const { isBlocked, timeToBlockExpire } = await this.calls.increment(key, ttl, limit);
    if (!isBlocked) return;
    const headers = { 'Retry-After': String(timeToBlockExpire) };
    throw new ApiError('rate_limit_exceeded', { headers });
  }
}
