import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public, requestInfoOf } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { SessionTokens } from '../sessions/index.js';
import { Login } from './login.dto.js';
import { LoginsService } from './logins.service.js';

@ApiTags('sessions')
@Controller('auth')
export class LoginsController {
  constructor(private readonly logins: LoginsService) {}

  /**
   * Signs a person in to one organization. Wrong password, wrong code, unknown e-mail and deactivated user look the same.
   *
   * @remarks `second_factor_required` when the password is right and the person has a second factor: ask for the code and send
   * it with the password. Wrong codes slow down like wrong passwords.
   */
  @Post('login')
  @Public()
  @LimitedPerAddress()
  @Returns(200, SessionTokens)
  @Fails('invalid_request', 'invalid_credentials', 'second_factor_required')
  login(@Body() input: Login, @Req() request: FastifyRequest): Promise<SessionTokens> {
    return this.logins.login(input, requestInfoOf(request));
  }
}
