import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { createLogger, NestLogger } from '../logging/logger.js';
import { createFastifyAdapter } from './fastify-server.js';
import { isAskedByGateway } from './gateway-route.js';
import { createOpenApiDocument } from './openapi.js';
import { serveOpenApi } from './openapi-pages.js';

const unprefixed = [
  '/',
  'health/live',
  'health/ready',
  'oauth/token',
  'oauth/introspect',
  'oauth/revoke',
  '.well-known/oauth-authorization-server',
  '.well-known/jwks.json',
];

/** Builds the application on a root module. It does not listen yet. */
export async function createApplication(
  rootModule: Type,
  config: Config,
): Promise<NestFastifyApplication> {
  const app = await build(rootModule, config);
  if (config.corsOrigins.length > 0) app.enableCors(corsFor(config.corsOrigins));
  serveOpenApi(app, config);
  return app;
}

/** Describes every route of the application, of which nothing is started: it takes no database and no secrets. */
export async function describeApplication(
  rootModule: Type,
  config: Config,
): Promise<OpenAPIObject> {
  return createOpenApiDocument(await build(rootModule, config, { preview: true }));
}

async function build(
  rootModule: Type,
  config: Config,
  options: { readonly preview?: boolean } = {},
): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel);
  const root = { module: rootModule, imports: [ConfigModule.with(config)] };
  const app = await NestFactory.create<NestFastifyApplication>(
    root,
    createFastifyAdapter(config, logger),
    { ...options, logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  return app.setGlobalPrefix('v1', { exclude: unprefixed });
}

/** Answers browsers everywhere but where gateways ask: there a preflight is refused like any call without a credential. */
function corsFor(origins: readonly string[]) {
  const exposedHeaders = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After'];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const options = { origin: [...origins], methods, exposedHeaders, maxAge: 600 };
  const delegator = (request: FastifyRequest, choose: (error: null, chosen: object) => void) =>
    choose(null, isAskedByGateway(request) ? { ...options, origin: false } : options);
  return { delegator };
}
