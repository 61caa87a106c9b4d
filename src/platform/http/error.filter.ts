import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseErrorCode } from '../database/database-error.js';
import { ErrorLog } from '../logging/error-log.js';
import { ApiError, type ErrorCode } from './api-error.js';
import { bearerChallenge } from './bearer-challenge.js';
import { errorBody, problemBody } from './error-format.js';
import { deniesAs403 } from './gateway-route.js';
import { oauthRefusal } from './oauth-error.js';
import { speaksOAuth } from './oauth-route.js';

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'not_found',
  406: 'invalid_request',
  413: 'payload_too_large',
  414: 'invalid_request',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
  503: 'unavailable',
};

/** Turns whatever was thrown into the one form of a refusal. What is unforeseen is logged and told to nobody. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly errors: ErrorLog) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toApiError(thrown);
    if (error.status >= 500) this.log(error, request);
    answer(error, request, reply);
  }

  private log(error: ApiError, request: FastifyRequest): void {
    const { cause } = error.options;
    const where = `${request.method} ${request.routeOptions.url ?? 'unknown route'}`;
    this.errors.tell({
      error: cause instanceof Error ? cause : new Error(String(cause)),
      what: `${error.code} at ${where}`,
      requestId: request.id,
    });
  }
}

const json = 'application/json; charset=utf-8';

/** The answer's form of anything that can be thrown. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const fromDatabase = databaseErrorCode(thrown);
  if (fromDatabase) return new ApiError(fromDatabase, { cause: thrown });
  const code = codeOfStatus[statusOf(thrown)];
  return new ApiError(code ?? 'internal_error', { cause: thrown });
}

function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (typeof thrown !== 'object' || thrown === null) return 500;
  return 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500;
}

/** Answers with a refusal, in the form that the caller accepts. */
export function answer(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  if (speaksOAuth(request)) {
    const { status, headers, body } = oauthRefusal(error, request);
    void reply.status(status).headers(headers).type(json).send(body);
    return;
  }
  const asProblem = /\bapplication\/problem\+json\b/i.test(request.headers.accept ?? '');
  const toGateway = deniesAs403(request) && { 'X-Auth-Error': error.code };
  void reply
    .status(toGateway && error.status !== 401 ? 403 : error.status)
    .headers({ ...challengeOf(error), ...toGateway, ...error.options.headers })
    .type(asProblem ? 'application/problem+json' : json)
    .send(asProblem ? problemBody(error, request.id) : errorBody(error, request.id));
}

/** RFC 6750, section 3: wherever there is no token, or one that does not open what was asked for. */
function challengeOf({ status, code }: ApiError): Record<string, string> {
  if (status !== 401 && status !== 403) return {};
  return bearerChallenge(code === 'invalid_token' ? code : undefined);
}
