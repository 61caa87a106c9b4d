import {
  ForbiddenException,
  HttpException,
  Inject,
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { factsOf, Guard, nodeCall, remember, type NodeRequest } from '@latchkey/sdk/guard';
import { latchkeyOptions, type LatchkeyModuleOptions } from './options.js';
import { declaredAccess, type DeclaredAccess } from './require-access.js';

/** What Express's and Fastify's requests have in common. */
interface AnyRequest extends NodeRequest {
  readonly ip?: string;
  readonly params?: object;
  /** Node's own request, under Fastify's. */
  readonly raw?: NodeRequest;
}

/** Asks Latchkey about each call of a route that declares its access. */
@Injectable()
export class LatchkeyGuard implements CanActivate {
  private readonly logger = new Logger('Latchkey');
  private readonly guard: Guard;
  private readonly denyByDefault: boolean;

  constructor(
    @Inject(latchkeyOptions) { denyByDefault = false, ...options }: LatchkeyModuleOptions,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {
    const onUnavailable = ({ message }: Error) => this.logger.error(message);
    this.guard = new Guard({ onUnavailable, ...options });
    this.denyByDefault = denyByDefault;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = this.reflector.getAllAndOverride<DeclaredAccess | undefined>(declaredAccess, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (declared) await this.admit(context, declared);
    else if (declared === undefined && this.denyByDefault)
      throw new ForbiddenException('This route does not declare who may call it.');
    return true;
  }

  /** @throws HttpException with Latchkey's refusal, for the application's filters to pass on or to reword */
  private async admit(
    context: ExecutionContext,
    { needed, route }: NonNullable<DeclaredAccess>,
  ): Promise<void> {
    if (context.getType() !== 'http')
      throw new ForbiddenException('Only calls by HTTP bring a credential to ask about.');
    const http = context.switchToHttp();
    const request = http.getRequest<AnyRequest>();
    const facts = factsOf(route, request.params, request.ip);
    const verdict = await this.guard.judge(nodeCall(request.raw ?? request), needed, facts);
    const { headers } = verdict.allowed ? verdict : verdict.response;
    const response = http.getResponse<object>();
    headers.forEach((value, name) => this.host.httpAdapter.setHeader(response, name, value));
    if (verdict.allowed) return remember(request, verdict.caller);
    throw new HttpException((await verdict.response.json()) as object, verdict.response.status);
  }
}
