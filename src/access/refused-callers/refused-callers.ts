import { Injectable } from '@nestjs/common';
import { Batches } from '../../platform/batches.js';
import { isJwt } from '../../platform/crypto/access-tokens.js';
import { isWellFormedToken } from '../../platform/crypto/token-format.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';
import type { RefusedCaller } from './refused-caller.js';
import { RefusedCallersRepository } from './refused-callers.repository.js';
import { toldTogether } from './told-together.js';

/** At least so long between two statements: what comes meanwhile is told together, and the gates stay free. */
const shortestPauseMs = 100;

/** So long for each event that was written: a flood from many addresses fills no disk. */
const pausePerEventMs = 1;

/** Callers that may wait to be told of. */
const mostWaiting = 1_000;

/**
 * Records callers that were refused before they had a credential. Anyone can be one, so they are told of together: one
 * event for all of an address that are alike and came since the last statement. Each waits until its event is committed.
 * Whether somebody known is meant makes no difference to how long that takes.
 */
@Injectable()
export class RefusedCallers {
  private pauseMs = shortestPauseMs;
  private readonly callers = new Batches(
    (callers: readonly RefusedCaller[]) => this.tell(callers),
    mostWaiting,
    () => this.pauseMs,
  );

  constructor(private readonly repository: RefusedCallersRepository) {}

  /**
   * Records a caller: in the log of the organization of whom it says to be, else in the operator's.
   *
   * @throws ApiError `unavailable` when it cannot be written, or too many wait
   */
  record(caller: RefusedCaller): Promise<void> {
    return this.callers.join(caller);
  }

  /**
   * Records a token that nothing stands behind, unless it can be none of ours, and gives the refusal.
   *
   * @throws ApiError `unavailable` as {@link record} does
   */
  async unknownToken(token: string, request: RequestInfo): Promise<ApiError> {
    const code = 'invalid_token';
    if (isWellFormedToken(token) || isJwt(token))
      await this.record({ action: 'unknown_token.used', code, claimed: null, request });
    return new ApiError(code);
  }

  private async tell(callers: readonly RefusedCaller[]): Promise<void[]> {
    const refused = toldTogether(callers);
    this.pauseMs = Math.max(shortestPauseMs, refused.length * pausePerEventMs);
    await this.repository.append(refused);
    return callers.map(() => undefined);
  }
}
