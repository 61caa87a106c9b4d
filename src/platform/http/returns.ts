import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { errorCatalogue, type ErrorCode } from './api-error.js';
import { ErrorBody } from './error-body.dto.js';
import { listSchema } from './page.dto.js';

/** Declares a route's success: its status and the object it answers with; null for no body. */
export function Returns(status: number, body: Type | null, description = '') {
  if (body === null) return applyDecorators(HttpCode(status), ApiResponse({ status, description }));
  return applyDecorators(
    HttpCode(status),
    ApiExtraModels(body),
    ApiResponse({ status, description, type: body }),
  );
}

/** Declares that a route answers 200 with a page of a list, newest first. */
export function ReturnsPageOf(item: Type) {
  return applyDecorators(
    HttpCode(200),
    ApiExtraModels(item),
    ApiResponse({ status: 200, description: 'A page, newest first.', schema: listSchema(item) }),
  );
}

/** Declares that a route answers 200 with a text of one of some media types. */
export function ReturnsText(...mediaTypes: readonly string[]) {
  const content = Object.fromEntries(
    mediaTypes.map((mediaType) => [mediaType, { schema: { type: 'string' as const } }]),
  );
  return applyDecorators(HttpCode(200), ApiResponse({ status: 200, description: '', content }));
}

const documented = new WeakMap<object, Map<number, ErrorCode[]>>();

/** Declares the errors that a route may answer with, in the OpenAPI document. May stand several times. */
export function Fails(...codes: ErrorCode[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const byStatus = documented.get(handler) ?? new Map<number, ErrorCode[]>();
    documented.set(handler, byStatus);
    for (const status of new Set(codes.map((code) => errorCatalogue[code][0]))) {
      const told = byStatus.get(status) ?? [];
      const added = codes.filter(
        (code) => errorCatalogue[code][0] === status && !told.includes(code),
      );
      byStatus.set(status, [...told, ...added]);
      documentStatus(status, added, [...told, ...added])(target, property, descriptor);
    }
  };
}

/** Swagger's decorator adds descriptions of one status up, and keeps the last examples only. */
function documentStatus(
  status: number,
  added: readonly ErrorCode[],
  all: readonly ErrorCode[],
): MethodDecorator {
  const examples = all.map((code) => [code, { value: exampleOf(code) }] as const);
  return applyDecorators(
    ApiExtraModels(ErrorBody),
    ApiResponse({
      status,
      description: added.map((code) => `\`${code}\`: ${errorCatalogue[code][1]}`).join('\n\n'),
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(ErrorBody) },
          examples: Object.fromEntries(examples),
        },
      },
    }),
  );
}

function exampleOf(code: ErrorCode) {
  const extra = {
    invalid_request: { details: [{ field: 'name', message: 'must be 1 to 100 characters' }] },
    insufficient_permissions: { missing: [{ product: 'uptime', access: 'read_write' }] },
  };
  const more = code in extra ? extra[code as keyof typeof extra] : {};
  const request_id = '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47';
  return { error: { code, message: errorCatalogue[code][1], ...more, request_id } };
}
