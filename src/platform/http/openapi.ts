import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const description = `
Organizations, projects, members, API keys and the audit log of an API product.

**Signing in.** Press *Authorize* and paste an API key (\`sk_…\`), or call \`POST /v1/auth/login\` on this page: its session is
used for the calls after it.

**Projects.** A project-scoped key is always about its own project. Other credentials name one with
\`X-Project-Id\` or \`X-Project-Slug\`.

**Refusals.** Every refusal has the form \`{"error":{"code","message","request_id"}}\`; with
\`Accept: application/problem+json\` it is a problem detail (RFC 9457). Checks run in this order: credential,
status of key, member and organization, address, rate limit, project, permission.

**Limits.** Each organization may make so many calls in any 60 seconds; \`RateLimit\` and \`RateLimit-Policy\` say
where you stand, \`Retry-After\` how long to wait. A refused credential (401) does not count, nor do calls that are
refused for a deactivated member, a suspended organization or an address.

**Repeating.** A POST with an \`Idempotency-Key\` may be sent again for 24 hours and gets the first answer, with
secrets left out.
`;

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['post']>;

const { version } = JSON.parse(
  readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Describes every route of the application. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Latchkey')
    .setDescription(description.trim())
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key, or the access token of a session.',
      },
      'bearer',
    )
    .addSecurity('client', {
      type: 'http',
      scheme: 'basic',
      description: 'The id and the secret of an OAuth client.',
    });
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').replace(/^./, (first) => first.toLowerCase())}_${method}`,
  });
  for (const path of Object.values(document.paths)) {
    keepKnownMethods(path);
    dropGuessedAnswers(path);
    if (takesKey(path.post)) path.post.parameters?.push(idempotencyKey);
  }
  return document;
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Lets the request be sent again: within 24 hours it gets the first answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

/** Only routes with a JSON body that may change something let a request be sent again; OAuth's do not. */
function takesKey(operation: OperationObject | undefined): operation is OperationObject {
  const body = operation?.requestBody;
  const permission = (operation as { 'x-permission'?: string } | undefined)?.['x-permission'];
  if (permission && /:read\b/.test(permission)) return false;
  return Boolean(
    operation?.security && body && 'content' in body && body.content['application/json'],
  );
}

/** A route for all methods also answers some that a document of OpenAPI 3.0 cannot hold. */
function keepKnownMethods(path: object): void {
  const known = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
  for (const method of Object.keys(path))
    if (!known.includes(method)) Reflect.deleteProperty(path, method);
}

/** The compiler's plugin guesses an answer from the handler's type, beside the one that `@Returns` declares. */
function dropGuessedAnswers(path: object): void {
  for (const { responses } of Object.values(path) as { responses: object }[])
    Reflect.deleteProperty(responses, 'default');
}
