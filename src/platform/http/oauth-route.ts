import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

const speaking = { oauth: true };

/** Makes a route speak as RFC 6749 has it: forms instead of JSON, and refusals as `{error, error_description}`. */
export function SpeaksOAuth() {
  return RouteConfig(speaking);
}

/** Tells whether the route of a request is one of those. */
export function speaksOAuth({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean {
  return (routeOptions?.config as { oauth?: boolean } | undefined)?.oauth === true;
}
