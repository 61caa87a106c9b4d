import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { Returns } from '../../platform/http/returns.js';
import { CheckToken, CheckTokens, TokenCheck, TokenCheckResults } from './check.dto.js';
import { ChecksService } from './checks.service.js';

@ApiTags('deciding for others')
@Controller('keys/verify')
export class ChecksController {
  constructor(private readonly checks: ChecksService) {}

  /**
   * Checks, with a platform key, whether a call of your API may pass by the token that it was made with.
   *
   * @remarks The answer is 200 whenever the platform key and the body are in order; `valid` tells the decision and `code`
   * the refusal, as the caller itself would have been answered. API keys, sessions' and OAuth clients' access tokens can be
   * checked.
   *
   * A check is a call of that token: it counts against its limit and stands in its organization's audit log, with the
   * platform key as the actor and `ip`, where it is given, as the address. No answer is kept for an `Idempotency-Key`: what was
   * true then may have been revoked since.
   */
  @Post()
  @Requires('platform', 'read', { aboutAnother: true })
  @Returns(200, TokenCheck)
  verify(@Granted() grant: Grant, @Body() input: CheckToken): Promise<TokenCheck> {
    return this.checks.check(grant, input);
  }

  /**
   * Checks up to 100 tokens at once; each is answered by itself, in their order.
   *
   * @remarks A check that could not be recorded has the code `unavailable` and had no effect, whatever became of the others.
   */
  @Post('batch')
  @Requires('platform', 'read', { aboutAnother: true })
  @Returns(200, TokenCheckResults)
  async verifyBatch(
    @Granted() grant: Grant,
    @Body() { checks }: CheckTokens,
  ): Promise<TokenCheckResults> {
    return { results: await this.checks.checkAll(grant, checks) };
  }
}
