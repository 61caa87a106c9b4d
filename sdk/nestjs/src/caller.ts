import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { callerOf, type AuthorizedCaller } from '@latchkey/sdk/guard';

/**
 * Injects who calls, as an {@link AuthorizedCaller}.
 *
 * @throws Error on a route that asks for no access, so that nobody has been let in
 */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuthorizedCaller =>
    callerOf(context.switchToHttp().getRequest<object>()),
);
