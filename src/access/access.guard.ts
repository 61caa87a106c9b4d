import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { headerValues } from '../platform/http/header-values.js';
import { Admission } from './admission/admission.js';
import type { Call, KnownCredential, RateLimitStatus } from './admission/call.js';
import { askedRequirement } from './asked-requirement.js';
import type { BearerOptions } from './bearer.strategy.js';
import { Credentials } from './credentials.js';
import { Grant, type GrantedRequest } from './grant.js';
import { projectReferences } from './project-references.js';
import { toApiError } from './refusal.js';
import { requestInfoOf } from './request-info.js';
import type { RouteAccess } from './requirement.js';
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
    if (access === 'signed_in_or_not' && !holdsCredential(context)) return true;
    await super.canActivate(context);
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

function holdsCredential(context: ExecutionContext): boolean {
  const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
  return headerValues(raw, 'authorization').length > 0;
}

function callOf(request: AuthenticatedRequest, access: RouteAccess, brand: string | null): Call {
  const { requirement, malformed } = wantedBy(request, access);
  return {
    credential: request.user,
    requirement,
    malformed: malformed && { code: 'invalid_request', details: [malformed] },
    projects: projectReferences(request, brand, requirement),
    request: requestInfoOf(request),
  };
}

function wantedBy(request: AuthenticatedRequest, access: RouteAccess) {
  if (access === 'as_asked') return askedRequirement(request);
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
