import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, Requires, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { DecisionsService } from './decisions.service.js';
import { ExplainDecision, Explanation } from './explanation.dto.js';

@ApiTags('deciding for others')
@Controller('decisions')
export class DecisionsController {
  constructor(private readonly decisions: DecisionsService) {}

  /**
   * Explains what a credential would be answered, check by check, and what would have to be granted.
   *
   * @remarks For those who may see keys, about the credentials that they could see, and for everyone about the credentials of
   * their own member. It is decided as a call of that credential would be at this moment, but it is no call of it: it counts
   * against no limit but the caller's and is no use of the credential. The rate limit, which depends on the moment, is not
   * among the checks.
   */
  @Post('explain')
  @Requires('api_keys', 'read', { anyProject: true, orOwn: 'always', aboutAnother: true })
  @Returns(200, Explanation)
  @Fails('not_found', 'project_not_found')
  explain(@Granted() grant: Grant, @Body() input: ExplainDecision): Promise<Explanation> {
    return this.decisions.explain(grant, input);
  }
}
