import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { ApiError, invalidField } from './api-error.js';
import { answer, toApiError } from './error.filter.js';
import { errorBody } from './error-format.js';
import { acceptForms } from './form-body.js';
import { isAskedByGateway } from './gateway-route.js';
import { newId } from './ids.js';
import { acceptJsonBodies, isStorable } from './json-body.js';

const bodyLimitBytes = 64 * 1024;

/** No route has a schema, so what compiles them, which takes a megabyte, is not loaded. */
const noSchemas = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error('a route has a schema');
}

/** The HTTP server under Nest: limits, request ids, safe headers, and refusals of what never reaches a route. */
export function createFastifyAdapter(config: Config, logger: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    genReqId: newId,
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: noSchemas },
    requestTimeout: 30_000,
    // Node would answer for itself, without a request id.
    http: { requireHostHeader: false },
    clientErrorHandler: refuseRawly,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      setHeaders(request, reply);
      answer(toApiError(error), request, reply);
    },
  });
  const server = adapter.getInstance<FastifyInstance>();
  acceptMethods(server);
  acceptJsonBodies(server);
  acceptForms(server);
  ignoreExpectations(server);
  server.addHook('onRequest', (request, reply, next) => {
    setHeaders(request, reply);
    if (ignoresBody(request)) dropBody(request);
    next(problemOf(request));
  });
  logRequests(server, logger);
  return adapter;
}

/**
 * RFC 6749, section 5.1, has both of the last two on whatever holds a token or a credential. Names in lower case, as Fastify
 * sends them: it need not make them so for every answer.
 */
function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
}

/** What keeps a request from being looked at any further. */
function problemOf({ raw, query }: FastifyRequest): ApiError | undefined {
  if (raw.headers.host === undefined && raw.httpVersion === '1.1')
    return invalidField('header Host', 'is required');
  if (!isStorable(query, 2))
    return invalidField('query', 'must be well-formed Unicode without NUL or reserved names');
  return undefined;
}

/**
 * Takes every method that is read at all: a route for all methods answers them, elsewhere nothing is there. None of those
 * that Fastify does not know, nor QUERY, has a body here that would have to be of some type.
 */
function acceptMethods(server: FastifyInstance): void {
  const known = new Set(server.supportedMethods);
  const added = METHODS.filter((method) => !known.has(method) || method === 'QUERY');
  for (const method of added)
    if (method !== 'CONNECT') server.addHttpMethod(method, { overrideExisting: true });
}

/** Takes no notice of an expectation that it does not know, which RFC 9110, section 10.1.1, leaves to the server. */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

function ignoresBody(request: FastifyRequest): boolean {
  return request.is404 || isAskedByGateway(request);
}

const bodyHeaders = ['content-type', 'content-length', 'transfer-encoding'] as const;

/** Makes Fastify see no body, so that none is read, measured or parsed. */
function dropBody({ raw: { headers } }: FastifyRequest): void {
  for (const name of bodyHeaders) if (headers[name] !== undefined) delete headers[name];
}

/** Tells every answer at level `debug`: what matters of them stands in the audit log. */
function logRequests(server: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return;
  server.addHook('onResponse', (request, reply, next) => {
    logger.debug(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
      },
      'answered',
    );
    next();
  });
}

/** Answers what is no HTTP request that could be routed: headers too large, or not HTTP at all. */
function refuseRawly(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = new ApiError(tooLarge ? 'headers_too_large' : 'invalid_request');
  const id = newId();
  const body = JSON.stringify(errorBody(refusal, id));
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: ${id}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
