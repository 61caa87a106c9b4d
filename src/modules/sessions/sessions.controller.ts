import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Granted, Public, requestInfoOf, SignedIn, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { Login, SessionTokens } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('sessions')
@Controller('auth')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  /** Signs a person in to one organization. Wrong password, unknown e-mail and deactivated user look the same. */
  @Post('login')
  @Public()
  @LimitedPerAddress()
  @Returns(200, SessionTokens)
  @Fails('invalid_request', 'invalid_credentials')
  login(@Body() input: Login, @Req() request: FastifyRequest): Promise<SessionTokens> {
    return this.sessions.login(input, requestInfoOf(request));
  }

  /** Ends the session that makes this call. Its tokens are refused from now on. */
  @Post('logout')
  @SignedIn()
  @Returns(204, null)
  logout(@Granted() grant: Grant): Promise<void> {
    return this.sessions.logout(grant);
  }
}
