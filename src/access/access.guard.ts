import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Admission } from './admission/admission.js';
import type { Call, KnownCredential, RateLimitStatus } from './admission/call.js';
import { askedRequirement } from './asked-requirement.js';
import type { BearerOptions } from './bearer.strategy.js';
import { Credentials } from './credentials.js';
import { invalidClient } from '../platform/http/oauth-error.js';
import { ClientAuthentication } from './oauth/client-authentication.js';
import { clientCredentials } from './oauth/client-credentials.js';
import { Grant, type GrantedRequest } from './grant.js';
import { projectReferences } from './project-references.js';
import { toApiError } from './refusal.js';
import { requestInfoOf } from './request-info.js';
import { isByClient, type ByClient, type RouteAccess } from './requirement.js';
import { routeAccessKey } from './requires.js';
import { UnknownTokens } from './unknown-tokens/unknown-tokens.js';

type AuthenticatedRequest = FastifyRequest & GrantedRequest & { user: KnownCredential };

/** The one guard of every route: deny by default. Authenticates, has the call admitted, and leaves its grant. */
@Injectable()
export class AccessGuard extends AuthGuard('bearer') {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
    private readonly unknownTokens: UnknownTokens,
    private readonly clients: ClientAuthentication,
    private readonly admission: Admission,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<RouteAccess | undefined>(
      routeAccessKey,
      context.getHandler(),
    );
    if (access === undefined) throw new Error('a route declares no access');
    if (access === 'public') return true;
    if (isByClient(access)) await this.authenticateClient(context, access);
    else await super.canActivate(context);
    await this.admit(context, access);
    return true;
  }

  override getAuthenticateOptions(): BearerOptions & Record<string, unknown> {
    return { credentials: this.credentials, unknownTokens: this.unknownTokens };
  }

  /** Passport's outcome: what the strategy threw is the answer. */
  override handleRequest<User>(error: unknown, user: User): User {
    if (error) throw error as Error;
    return user;
  }

  /** Lets a client authenticate itself where the route is called by clients, and others present a token if they may. */
  private async authenticateClient(context: ExecutionContext, access: ByClient): Promise<void> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const presented = clientCredentials(request);
    if (presented !== 'bearer')
      request.user = await this.clients.authenticate(presented, requestInfoOf(request));
    else if (access.orBearer) await super.canActivate(context);
    else throw invalidClient();
  }

  private async admit(context: ExecutionContext, access: RouteAccess): Promise<void> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const call = callOf(request, access, this.config.projectHeaderBrand);
    const verdict = await this.admission.admit(call);
    const { rateLimit, refusal } = verdict;
    if (rateLimit) setRateLimitHeaders(http.getResponse<FastifyReply>(), rateLimit);
    if (refusal) throw toApiError(refusal, rateLimit?.resetSeconds);
    request.grant = Grant.of(call, verdict);
  }
}

function callOf(request: AuthenticatedRequest, access: RouteAccess, brand: string | null): Call {
  const { requirement, malformed } = wantedBy(request, access);
  return {
    credential: request.user,
    requirement,
    malformed: malformed && { code: 'invalid_request', details: [malformed] },
    projects: isByClient(access) ? [] : projectReferences(request, brand, requirement),
    request: requestInfoOf(request),
  };
}

function wantedBy(request: AuthenticatedRequest, access: RouteAccess) {
  if (access === 'as_asked') return askedRequirement(request);
  if (isByClient(access)) {
    const asClient = request.user.source.type === 'client';
    return { requirement: asClient ? null : access.orBearer, malformed: null };
  }
  return { requirement: typeof access === 'string' ? null : access, malformed: null };
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4. */
function setRateLimitHeaders(reply: FastifyReply, status: RateLimitStatus): void {
  const { name, limit, remaining, resetSeconds } = status;
  void reply.headers({
    'RateLimit-Policy': `"${name}";q=${limit};w=60`,
    RateLimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  });
}
