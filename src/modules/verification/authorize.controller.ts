import { All, Controller, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Granted, RequiresAsAsked, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';

@ApiTags('deciding for others')
@Controller('authorize')
export class AuthorizeController {
  /**
   * Asks whether the caller's own credential reaches a product: 200 when it does, else the refusal.
   *
   * @remarks Meant for a gateway in front of the product, which forwards the caller's `Authorization` header.
   *
   * The answer's headers `X-Auth-Organization-Id`, `X-Auth-Project-Id`, `X-Auth-Member-Id`, `X-Auth-Member-Type`,
   * `X-Auth-Credential-Id` and `X-Auth-Access` say who calls and how far they reach. All of them are always there,
   * empty when absent, so that a gateway that copies them never lets a caller's own through. The body is ignored.
   */
  @All()
  @RouteConfig({ ignoreBody: true })
  @RequiresAsAsked()
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
      '`X-Forwarded-Method` or `X-Original-Method`, or by the method of this very request.',
  })
  @Returns(200, null, 'The call may pass.')
  @Fails('project_required', 'project_not_found')
  authorize(@Granted() grant: Grant, @Res({ passthrough: true }) reply: FastifyReply): void {
    const { state, projectId, access } = grant;
    void reply.headers({
      'x-auth-organization-id': state.tenant?.id ?? '',
      'x-auth-project-id': projectId ?? '',
      'x-auth-member-id': state.owner?.memberId ?? '',
      'x-auth-member-type': state.owner?.type ?? '',
      'x-auth-credential-id': state.credential.id,
      'x-auth-access': access,
    });
  }
}
