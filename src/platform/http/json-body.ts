import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.js';
import { speaksOAuth } from './oauth-route.js';

/** Deeper nesting than any body of ours needs, refused before anything walks it. */
const deepest = 16;

/**
 * Takes bodies of `application/json` that are objects, and nothing else: other types are 415, and what is not
 * an object in UTF-8, or holds text that cannot be stored (NUL, lone surrogates), is 400.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error') as JsonParser;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (speaksOAuth(request)) {
      done(new ApiError('unsupported_media_type'), undefined);
      return;
    }
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    if (!isUtf8(bytes as Buffer)) {
      done(malformed('is not UTF-8'), undefined);
      return;
    }
    parse(request, bytes.toString(), (error, body) => {
      done(error ? malformed('is not valid JSON') : bodyError(body), body);
    });
  });
}

type JsonParser = (
  request: FastifyRequest,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
) => void;

function bodyError(body: unknown): ApiError | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return malformed('must be a JSON object');
  return isStorable(body, deepest)
    ? null
    : malformed(
        'must be well-formed Unicode without NUL, not nested deeply, and use no reserved name',
      );
}

function malformed(message: string): ApiError {
  return new ApiError('invalid_request', { details: [{ field: 'body', message }] });
}

/**
 * Tells whether a value can be checked and stored: no NUL, no lone surrogate, no deeper than the depth, and no name that
 * JavaScript's own objects answer to, which the libraries that check fields would overlook.
 */
export function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  for (const name of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[name];
    if (!isStorable(name, depth) || isReservedName(name) || !isStorable(entry, depth - 1))
      return false;
  }
  return true;
}

/** Tells whether a name means something on every JavaScript object or class. */
export function isReservedName(name: string): boolean {
  return name in Object.prototype || name === 'prototype';
}
