import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { onRequestHookHandler } from 'fastify';
import type { Config } from '../config/config.js';

/**
 * Serves Swagger UI at `/docs` and the document at `/openapi.json`. It is the one that `npm run generate` has written:
 * describing the routes anew takes a tenth of the time that a start takes.
 */
export function serveOpenApi(app: NestFastifyApplication, config: Config): void {
  const server = app.getHttpAdapter().getInstance();
  let text: string | undefined;
  const document = () => (text ??= readDocument(config.projectHeaderBrand));
  server.get('/openapi.json', (_, reply) =>
    reply.type('application/json; charset=utf-8').send(document()),
  );
  server.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/')) route.onRequest = confine;
  });
  SwaggerModule.setup('docs', app, () => JSON.parse(document()) as OpenAPIObject, {
    raw: false,
    customSiteTitle: 'Latchkey API',
    swaggerOptions: {
      requestInterceptor: leaveOutTheBrowser,
      responseInterceptor: authorizeWithNewTokens,
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'none',
    },
  });
}

/** The page keeps a session: nobody else's code runs in it, and nobody else's page shows it. */
const confined = [
  `default-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `object-src 'none'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const confine: onRequestHookHandler = (_, reply, next) => {
  void reply.header('content-security-policy', confined);
  next();
};

/**
 * Runs in the page: whoever signs in there calls with the session from then on. It is handed over as text, so it stands
 * by itself.
 */
function authorizeWithNewTokens(response: { ok: boolean; url: string; obj?: unknown }): unknown {
  const signsIn = /\/v1\/auth\/(login|register|refresh|switch)$/.test(response.url);
  const { access_token: token } = (response.obj ?? {}) as { access_token?: string };
  const page = globalThis as { ui?: { preauthorizeApiKey(scheme: string, key: string): void } };
  if (signsIn && response.ok && token) page.ui?.preauthorizeApiKey('bearer', token);
  return response;
}

/**
 * Runs in the page: a browser that may not add anything of its own to a call does not answer a refused HTTP Basic with its
 * own dialog, behind which the page would wait.
 */
function leaveOutTheBrowser(request: { credentials?: string }): unknown {
  return Object.assign(request, { credentials: 'omit' });
}

/** The generated document as one line, with the headers' names as they are set. */
function readDocument(brand: string | null): string {
  const generated = readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8');
  const text = JSON.stringify(JSON.parse(generated));
  return brand === null ? text : text.replaceAll('X-Project-', `X-${brand}-Project-`);
}
