import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { invalidClient } from '../platform/http/oauth-error.js';
import { headerValues } from '../platform/http/header-values.js';
import { Admission } from './admission/admission.js';
import type { Call, KnownCredential, RateLimitStatus } from './admission/call.js';
import { askedRequirement } from './asked-requirement.js';
import { bearerToken } from './bearer-token.js';
import { Credentials } from './credentials.js';
import { Grant, type GrantedRequest } from './grant.js';
import { projectReferences } from './project-references.js';
import { toApiError } from './refusal.js';
import { ClientAuthentication } from './oauth/client-authentication.js';
import { clientCredentials } from './oauth/client-credentials.js';
import { requestInfoOf } from './request-info.js';
import { RefusedCallers } from './refused-callers/refused-callers.js';
import { isByClient, type ByClient, type RouteAccess } from './requirement.js';
import { routeAccessKey } from './requires.js';

type GuardedRequest = FastifyRequest & GrantedRequest;

/**
 * The one guard of every route: deny by default. Authenticates, has the call admitted, and leaves its grant. What is
 * remembered is used at once: each promise on this way is one for every call.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
    private readonly refusedCallers: RefusedCallers,
    private readonly clients: ClientAuthentication,
    private readonly admission: Admission,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const access = this.reflector.get<RouteAccess | undefined>(
      routeAccessKey,
      context.getHandler(),
    );
    if (access === undefined) throw new Error('a route declares no access');
    if (access === 'public') return true;
    if (access === 'signed_in_or_not' && !holdsCredential(context)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const reply = http.getResponse<FastifyReply>();
    const known = isByClient(access)
      ? this.authenticateClient(request, access)
      : this.authenticate(request);
    return known instanceof Promise
      ? known.then((found) => this.admit(request, reply, access, found))
      : this.admit(request, reply, access, known);
  }

  /** The credential behind the call's bearer token. One that is unknown but has the form of ours is recorded. */
  private authenticate(request: FastifyRequest): KnownCredential | Promise<KnownCredential> {
    const token = bearerToken(request);
    const known = this.credentials.find(token);
    if (!(known instanceof Promise)) return known;
    return known.then(async (found) => {
      if (found) return found;
      throw await this.refusedCallers.unknownToken(token, requestInfoOf(request));
    });
  }

  /** Lets a client authenticate itself where the route is called by clients, and others present a token if they may. */
  private authenticateClient(
    request: FastifyRequest,
    access: ByClient,
  ): KnownCredential | Promise<KnownCredential> {
    const presented = clientCredentials(request);
    if (presented !== 'bearer') return this.clients.authenticate(presented, requestInfoOf(request));
    if (access.orBearer) return this.authenticate(request);
    throw invalidClient();
  }

  private admit(
    request: GuardedRequest,
    reply: FastifyReply,
    access: RouteAccess,
    credential: KnownCredential,
  ): Promise<true> {
    const call = callOf(request, credential, access, this.config.projectHeaderBrand);
    return this.admission.admit(call).then((verdict) => {
      const { rateLimit, refusal } = verdict;
      if (rateLimit) setRateLimitHeaders(reply, rateLimit);
      if (refusal) throw toApiError(refusal, rateLimit?.resetSeconds);
      request.grant = Grant.of(call, verdict);
      return true;
    });
  }
}

function holdsCredential(context: ExecutionContext): boolean {
  const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
  return headerValues(raw, 'authorization').length > 0;
}

function callOf(
  request: FastifyRequest,
  credential: KnownCredential,
  access: RouteAccess,
  brand: string | null,
): Call {
  const { requirement, malformed } = wantedBy(request, credential, access);
  return {
    credential,
    requirement,
    malformed: malformed && { code: 'invalid_request', details: [malformed] },
    projects: isByClient(access) ? [] : projectReferences(request, brand, requirement),
    ip: request.ip,
    actor: null,
    request: requestInfoOf(request),
  };
}

function wantedBy(request: FastifyRequest, { memory }: KnownCredential, access: RouteAccess) {
  if (access === 'as_asked') return askedRequirement(request);
  if (isByClient(access)) {
    const asClient = memory.source.type === 'client';
    return { requirement: asClient ? null : access.orBearer, malformed: null };
  }
  return { requirement: typeof access === 'string' ? null : access, malformed: null };
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4. */
function setRateLimitHeaders(reply: FastifyReply, status: RateLimitStatus): void {
  const { name, limit, remaining, resetSeconds } = status;
  void reply.headers({
    'ratelimit-policy': `"${name}";q=${limit};w=60`,
    ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  });
}
