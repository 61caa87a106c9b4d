import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, requestInfoOf } from '../../access/index.js';
import { PublicUrl } from '../../platform/config/config.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { SessionTokens } from '../sessions/index.js';
import { BeginSignIn, ExchangeCode } from './single-sign-on.dto.js';
import { SignInService } from './sign-in.service.js';

/** How long a browser keeps what shows that a sign-in was begun in it, in seconds. */
const keptSeconds = 10 * 60;

@ApiTags('single sign-on')
@Controller('auth/sso')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly publicUrl: PublicUrl,
  ) {}

  /**
   * Sends a browser to the identity provider of an organization.
   *
   * @remarks Opened in a browser, which keeps a cookie for 10 minutes. A page that wants a session gives `redirect_uri` and
   * `code_challenge`; it gets `code`, or `error` and `error_description`, in its query.
   */
  @Get()
  @Public()
  @LimitedPerAddress()
  @Returns(302, null, 'To the identity provider.')
  @Fails('invalid_request', 'not_found', 'unavailable')
  async begin(
    @Query() input: BeginSignIn,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { url, state, secret } = await this.signIn.begin(input);
    this.keep(reply, state, secret, keptSeconds);
    void reply.header('location', url);
  }

  /**
   * Where the identity provider sends the browser back to.
   *
   * @remarks Answers with the tokens of a new session, or sends the browser to the page that began the sign-in. The session
   * counts in this organization only. Works once, in the browser that the sign-in was begun in.
   */
  @Get('callback')
  @Public()
  @LimitedPerAddress()
  @ApiQuery({ name: 'state', type: String })
  @ApiQuery({ name: 'code', type: String, required: false })
  @ApiQuery({ name: 'iss', type: String, required: false })
  @ApiQuery({ name: 'error', type: String, required: false })
  @Returns(200, SessionTokens, 'A new session; 302 where a page began the sign-in.')
  @Fails(
    'invalid_token',
    'invalid_credentials',
    'insufficient_permissions',
    'account_deactivated',
    'organization_suspended',
    'ip_not_allowed',
    'unavailable',
  )
  async finish(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionTokens | undefined> {
    const answer = new URL(request.url, this.publicUrl.value).searchParams;
    const state = answer.get('state') ?? '';
    const secret = parseCookie(request.headers.cookie ?? '')[cookieOf(state)];
    const finished = await this.signIn.finish(answer, secret, requestInfoOf(request));
    this.keep(reply, state, '', 0);
    if ('tokens' in finished) return finished.tokens;
    void reply.status(302).header('location', finished.url);
    return undefined;
  }

  /**
   * Exchanges the code that a page got for the tokens of a new session.
   *
   * @remarks Within 60 seconds, once, with the `code_verifier` of the `code_challenge` that the sign-in was begun with. The
   * session counts in this organization only.
   */
  @Post('token')
  @Public()
  @LimitedPerAddress()
  @Returns(200, SessionTokens)
  @Fails(
    'invalid_request',
    'invalid_token',
    'account_deactivated',
    'organization_suspended',
    'ip_not_allowed',
  )
  exchange(@Body() input: ExchangeCode, @Req() request: FastifyRequest): Promise<SessionTokens> {
    return this.signIn.exchange(input, requestInfoOf(request));
  }

  /** Each sign-in has a cookie of its own, so that several tabs do not disturb one another. */
  private keep(reply: FastifyReply, state: string, value: string, maxAge: number): void {
    if (!/^[\w-]{43}$/.test(state)) return;
    const cookie = stringifySetCookie({
      name: cookieOf(state),
      value,
      maxAge,
      path: '/v1/auth/sso',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.publicUrl.value.startsWith('https:'),
    });
    void reply.header('set-cookie', cookie);
  }
}

function cookieOf(state: string): string {
  return `latchkey_sso_${state.slice(0, 16)}`;
}
