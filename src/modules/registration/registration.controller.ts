import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public, requestInfoOf } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { SessionTokens } from '../sessions/index.js';
import { Register } from './registration.dto.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('sessions')
@Controller('auth')
export class RegistrationController {
  constructor(private readonly registration: RegistrationService) {}

  /**
   * Registers a person with an organization of their own, and signs them in there.
   *
   * @remarks Only where the operator has set `SIGNUP=open`, else `not_found`. `conflict` when the address is registered:
   * then sign in, or choose a new password by e-mail.
   */
  @Post('register')
  @Public()
  @LimitedPerAddress()
  @Returns(201, SessionTokens)
  @Fails('invalid_request', 'not_found', 'conflict')
  register(@Body() input: Register, @Req() request: FastifyRequest): Promise<SessionTokens> {
    return this.registration.register(input, requestInfoOf(request));
  }
}
