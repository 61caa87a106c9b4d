import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Granted, Public, requestInfoOf, SignedIn, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { ChangePassword, ForgotPassword, ResetPassword } from './password.dto.js';
import { PasswordsService } from './passwords.service.js';

@ApiTags('sessions')
@Controller('auth/password')
export class PasswordsController {
  constructor(private readonly passwords: PasswordsService) {}

  /**
   * Changes your own password and ends all your other sessions, in every organization.
   *
   * @remarks Only for a session. `invalid_credentials` when `current_password` is wrong.
   */
  @Post()
  @SignedIn()
  @Returns(204, null)
  @Fails('invalid_credentials')
  change(@Granted() grant: Grant, @Body() input: ChangePassword): Promise<void> {
    return this.passwords.change(grant, input);
  }

  /**
   * Sends a link to choose a new password by e-mail, if somebody has this address.
   *
   * @remarks The answer is the same, and takes the same time, whoever has it. At most 3 links are on their way to a
   * person at a time. A server without `SMTP_URL` sends none.
   */
  @Post('forgot')
  @Public()
  @LimitedPerAddress()
  @Returns(202, null)
  @Fails('invalid_request')
  forgot(@Body() { email }: ForgotPassword, @Req() request: FastifyRequest): void {
    this.passwords.forgot(email, requestInfoOf(request));
  }

  /**
   * Sets a new password by the token of the e-mail, and ends all sessions of the person.
   *
   * @remarks A token is good for one hour and for one use. It signs nobody in.
   */
  @Post('reset')
  @Public()
  @LimitedPerAddress()
  @Returns(204, null)
  @Fails('invalid_request', 'invalid_token')
  reset(@Body() input: ResetPassword, @Req() request: FastifyRequest): Promise<void> {
    return this.passwords.reset(input, requestInfoOf(request));
  }
}
