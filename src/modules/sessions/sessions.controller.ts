import { Body, Controller, Delete, Get, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Granted, Public, requestInfoOf, SignedIn, type Grant } from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import { PageQuery, type Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { RefreshingService } from './refreshing.service.js';
import { Refresh, SessionTokens, SessionView, Switch } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

/** Many people may share an address, and their clients refresh by themselves. Nobody guesses 256 bits. */
const refreshesPerMinute = 300;

@ApiTags('sessions')
@Controller('auth')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly refreshing: RefreshingService,
  ) {}

  /**
   * Exchanges a refresh token for new tokens.
   *
   * @remarks Each is good for one exchange. One that comes again ends the session, save within 10 seconds from the same
   * address and user agent: that is taken for a parallel call of the same client and gets the same new refresh token.
   * A session that is not refreshed for 7 days is over, and so is one that is as old as the organization's policy says.
   */
  @Post('refresh')
  @Public()
  @LimitedPerAddress(refreshesPerMinute)
  @Returns(200, SessionTokens)
  @Fails(
    'invalid_request',
    'invalid_token',
    'account_deactivated',
    'organization_suspended',
    'ip_not_allowed',
  )
  refresh(@Body() input: Refresh, @Req() request: FastifyRequest): Promise<SessionTokens> {
    return this.refreshing.refresh(input.refresh_token, requestInfoOf(request));
  }

  /** Ends the session that makes this call. Its tokens are refused from now on. */
  @Post('logout')
  @SignedIn()
  @Returns(204, null)
  logout(@Granted() grant: Grant): Promise<void> {
    return this.sessions.logout(grant);
  }

  /**
   * Ends the session that makes this call and begins one in another organization of yours.
   *
   * @remarks The new one lasts as that organization's policy says, but no longer than this one would have. A session of
   * single sign-on counts in its organization only: 403.
   */
  @Post('switch')
  @SignedIn()
  @Returns(200, SessionTokens)
  @Fails('not_found', 'insufficient_permissions')
  switch(@Granted() grant: Grant, @Body() input: Switch): Promise<SessionTokens> {
    return this.sessions.switch(grant, input.organization_id);
  }

  /**
   * Lists your own sessions that are in force, in all your organizations. Only for a session.
   *
   * @remarks A session of single sign-on counts in its organization only: it lists those in that one.
   */
  @Get('sessions')
  @SignedIn()
  @ReturnsPageOf(SessionView)
  list(@Granted() grant: Grant, @Query() query: PageQuery): Promise<Page<SessionView>> {
    return this.sessions.list(grant, query);
  }

  /**
   * Ends one of your own sessions, in whichever organization. Only for a session.
   *
   * @remarks A session of single sign-on ends those in its organization.
   */
  @Delete('sessions/:id')
  @SignedIn()
  @Returns(204, null)
  @Fails('not_found')
  end(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.sessions.end(grant, id);
  }
}
