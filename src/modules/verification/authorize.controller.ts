import { All, applyDecorators, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { grantOf, RequiresAsAsked, type GrantedRequest } from '../../access/index.js';
import { AskedByGateways } from '../../platform/http/gateway-route.js';
import { Fails, Returns } from '../../platform/http/returns.js';

/** What the route and the paths below it have in common. */
function AsksForCaller() {
  return applyDecorators(
    AskedByGateways(),
    RequiresAsAsked(),
    Returns(200, null, 'The call may pass.'),
  );
}

@ApiTags('deciding for others')
@Controller('authorize')
export class AuthorizeController {
  /**
   * Asks whether the caller's own credential reaches a product: 200 when it does, else the refusal.
   *
   * @remarks Meant for a gateway in front of the product, which forwards the caller's `Authorization` header. Any method
   * will do, and so will any path below this one: gateways that keep the path and the method of the call ask as they are.
   *
   * The answer's headers `X-Auth-Organization-Id`, `X-Auth-Project-Id`, `X-Auth-Member-Id`, `X-Auth-Member-Type`,
   * `X-Auth-Credential-Id` and `X-Auth-Access` say who calls and how far they reach. All of them are always there,
   * empty when absent, so that a gateway that copies them never lets a caller's own through. The body is ignored.
   *
   * `X-Forwarded-Method` and `X-Original-Method` say what the call is. Who calls is told by the connection, and by
   * `X-Forwarded-For` only where the gateway is one of `TRUSTED_PROXIES`.
   */
  @All()
  @AsksForCaller()
  @ApiQuery({
    name: 'product',
    type: String,
    example: 'uptime',
    description: 'The product that the call reaches for.',
  })
  @ApiQuery({
    name: 'access',
    required: false,
    enum: ['read', 'read_write'],
    description:
      'The access that the call needs. Left out: `read` for GET, HEAD and OPTIONS, else `read_write`, by ' +
      '`X-Forwarded-Method` or `X-Original-Method` (the stronger where they differ), or by the method of this very ' +
      'request.',
  })
  @ApiQuery({
    name: 'deny_status',
    required: false,
    enum: ['403'],
    description:
      'For gateways that know 401 and 403 only, like nginx: every refusal but 401 is answered 403. `X-Auth-Error` holds ' +
      'the code, `Retry-After` stays.',
  })
  @Fails('project_required', 'project_not_found')
  authorize(@Req() request: GrantedRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const { state, projectId, access } = grantOf(request);
    void reply.headers({
      'x-auth-organization-id': state.tenant?.id ?? '',
      'x-auth-project-id': projectId ?? '',
      'x-auth-member-id': state.owner?.memberId ?? '',
      'x-auth-member-type': state.owner?.type ?? '',
      'x-auth-credential-id': state.credential.id,
      'x-auth-access': access,
    });
  }

  /** The same for gateways that keep the path of the call. */
  @All('*')
  @AsksForCaller()
  @ApiExcludeEndpoint()
  authorizePath(
    @Req() request: GrantedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.authorize(request, reply);
  }
}
