import { Injectable } from '@nestjs/common';
import { Batches } from '../../platform/batches.js';
import { isJwt } from '../../platform/crypto/access-tokens.js';
import { isWellFormedToken } from '../../platform/crypto/token-format.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';
import { perAddress } from './refused-calls.js';
import { UnknownTokensRepository } from './unknown-tokens.repository.js';

/** At least so long between two statements: what comes meanwhile is told together, and the operator's gate stays free. */
const shortestPauseMs = 100;

/** So long for each event that was written: a flood from many addresses fills no disk. */
const pausePerEventMs = 1;

/** Calls that may wait to be told. */
const mostWaiting = 1_000;

/**
 * Records calls with tokens that nothing stands behind. Anyone can make those, so they are told together: one event an
 * address, for all of its calls that came since the last statement. Each call waits until its event is committed.
 */
@Injectable()
export class UnknownTokens {
  private pauseMs = shortestPauseMs;
  private readonly calls = new Batches(
    (requests: readonly RequestInfo[]) => this.tell(requests),
    mostWaiting,
    () => this.pauseMs,
  );

  constructor(private readonly repository: UnknownTokensRepository) {}

  /**
   * Refuses a call for its token that nothing stands behind. One that has the form of ours is recorded.
   *
   * @throws ApiError `invalid_token`; `unavailable` as {@link record} does
   */
  async refuse(token: string, request: RequestInfo): Promise<never> {
    if (isWellFormedToken(token) || isJwt(token)) await this.record(request);
    throw new ApiError('invalid_token');
  }

  /**
   * Records a call.
   *
   * @throws ApiError `unavailable` when it cannot be written, or too many wait
   */
  record(request: RequestInfo): Promise<void> {
    return this.calls.join(request);
  }

  private async tell(requests: readonly RequestInfo[]): Promise<void[]> {
    const refused = perAddress(requests);
    this.pauseMs = Math.max(shortestPauseMs, refused.length * pausePerEventMs);
    await this.repository.append(refused);
    return requests.map(() => undefined);
  }
}
