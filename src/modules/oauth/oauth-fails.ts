import { applyDecorators } from '@nestjs/common';
import { ApiConsumes, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { SpeaksOAuth } from '../../platform/http/oauth-route.js';
import { OAuthErrorBody } from './oauth.dto.js';

const form = 'application/x-www-form-urlencoded';

/** Errors of every endpoint, by status: what each is called and what it means. */
const usual = {
  400: {
    invalid_request: 'The request is malformed, or authenticates in more than one way.',
    unauthorized_client: 'The service account or organization may not act now, or not from here.',
  },
  401: { invalid_client: 'Client authentication failed.' },
  429: {
    temporarily_unavailable: 'The rate limit is used up. Try again after Retry-After seconds.',
  },
  503: { temporarily_unavailable: 'The service cannot answer at the moment. Try again.' },
};

type Errors = Readonly<Record<number, Readonly<Record<string, string>>>>;

/** Makes a POST an endpoint of OAuth: it takes a form, and tells its errors in OAuth's form. */
export function OAuthEndpoint(more: Errors = {}) {
  const statuses = new Set([...Object.keys(usual), ...Object.keys(more)].map(Number));
  const responses = [...statuses].map((status) =>
    documented(status, { ...(usual as Errors)[status], ...more[status] }),
  );
  return applyDecorators(
    SpeaksOAuth(),
    ApiConsumes(form),
    ApiExtraModels(OAuthErrorBody),
    ...responses,
  );
}

function documented(status: number, errors: Readonly<Record<string, string>>) {
  const examples = Object.entries(errors).map(
    ([error, error_description]) => [error, { value: { error, error_description } }] as const,
  );
  return ApiResponse({
    status,
    description: Object.entries(errors)
      .map(([error, meaning]) => `\`${error}\`: ${meaning}`)
      .join('\n\n'),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(OAuthErrorBody) },
        examples: Object.fromEntries(examples),
      },
    },
  });
}
