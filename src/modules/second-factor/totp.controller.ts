import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, platformProduct, Requires, SignedIn, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { EnrolmentService } from './enrolment.service.js';
import {
  BeginTotp,
  ConfirmTotp,
  RecoveryCodes,
  ResetTotp,
  ShowCode,
  TotpEnrolment,
  TotpState,
} from './totp.dto.js';

@ApiTags('second factor')
@Controller('auth/totp')
export class TotpController {
  constructor(private readonly enrolment: EnrolmentService) {}

  /** Shows whether you have a second factor. Only for a session. */
  @Get()
  @SignedIn()
  @Returns(200, TotpState)
  state(@Granted() grant: Grant): Promise<TotpState> {
    return this.enrolment.state(grant);
  }

  /**
   * Begins with a second factor: gives the secret for an authenticator app.
   *
   * @remarks Only for a session. Nothing changes until the app's first code is confirmed; beginning again makes another secret.
   * `conflict` while a factor is enabled, `invalid_credentials` when the password is wrong.
   */
  @Post()
  @SignedIn()
  @Returns(201, TotpEnrolment)
  @Fails('invalid_credentials', 'conflict')
  begin(@Granted() grant: Grant, @Body() input: BeginTotp): Promise<TotpEnrolment> {
    return this.enrolment.begin(grant, input.current_password);
  }

  /**
   * Enables the second factor by the app's first code. From now on signing in takes one.
   *
   * @remarks Only for a session, which counts as opened with the factor. Others of yours do not, but go on. Keep the recovery codes:
   * nothing else gets you in when the app is lost.
   */
  @Post('confirm')
  @SignedIn()
  @Returns(200, RecoveryCodes)
  @Fails('invalid_credentials', 'conflict')
  confirm(@Granted() grant: Grant, @Body() input: ConfirmTotp): Promise<RecoveryCodes> {
    return this.enrolment.confirm(grant, input.code);
  }

  /** Makes ten new recovery codes. Those before are worth nothing from now on. Only for a session. */
  @Post('recovery-codes')
  @SignedIn()
  @Returns(201, RecoveryCodes)
  @Fails('invalid_credentials', 'conflict')
  renewRecoveryCodes(@Granted() grant: Grant, @Body() input: ShowCode): Promise<RecoveryCodes> {
    return this.enrolment.renewRecoveryCodes(grant, input.code);
  }

  /**
   * Gives the second factor up. Signing in takes the password alone from now on.
   *
   * @remarks Only for a session. None of yours counts as opened with a second factor any more: where an organization requires one,
   * set one up again.
   */
  @Post('disable')
  @SignedIn()
  @Returns(204, null)
  @Fails('invalid_credentials', 'conflict')
  disable(@Granted() grant: Grant, @Body() input: ShowCode): Promise<void> {
    return this.enrolment.disable(grant, input.code);
  }

  /**
   * Takes the second factor away from somebody who has lost it, and ends all their sessions. Takes a platform key.
   *
   * @remarks For whoever has neither app nor recovery codes. They sign in with their password alone then. Make sure that it is them who asks. `not_found` when nobody with this
   * address has a second factor.
   */
  @Post('reset')
  @Requires(platformProduct, 'read_write')
  @Returns(204, null)
  @Fails('not_found')
  reset(@Granted() grant: Grant, @Body() input: ResetTotp): Promise<void> {
    return this.enrolment.reset(grant, input.email);
  }
}
