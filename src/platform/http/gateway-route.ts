import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

type RoutedRequest = Pick<FastifyRequest, 'routeOptions'>;

const askedByGateways = { gateway: true };

/**
 * Makes a route answer gateways that ask about a call of somebody else, whatever it looks like: its body is not read, and
 * a browser's preflight is a call like any other, since a gateway may take each 2xx for a yes.
 */
export function AskedByGateways() {
  return RouteConfig(askedByGateways);
}

/** Tells whether the route of a request is one of those. */
export function isAskedByGateway({ routeOptions }: RoutedRequest): boolean {
  return (routeOptions?.config as { gateway?: boolean } | undefined)?.gateway === true;
}

/** Tells whether a gateway that knows 401 and 403 only asks for every other refusal as 403, by `?deny_status=403`. */
export function deniesAs403(request: RoutedRequest & Pick<FastifyRequest, 'query'>): boolean {
  const { deny_status: status } = (request.query ?? {}) as { deny_status?: unknown };
  return status === '403' && isAskedByGateway(request);
}
