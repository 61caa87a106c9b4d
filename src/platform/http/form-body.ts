import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, invalidField } from './api-error.js';
import { isReservedName, isStorable } from './json-body.js';
import { speaksOAuth } from './oauth-route.js';

/** What a form holds: every value of each parameter, in the order given. */
export type Form = Readonly<Record<string, readonly string[]>>;

/**
 * Takes bodies of `application/x-www-form-urlencoded` (RFC 6749, appendix B) where a route speaks OAuth; elsewhere they
 * are 415. What is not well-formed UTF-8 is 400.
 */
export function acceptForms(server: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  server.addContentTypeParser(type, { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!speaksOAuth(request)) done(new ApiError('unsupported_media_type'));
    else if (!isUtf8(bytes as Buffer)) done(invalidField('body', 'is not UTF-8'));
    else readForm(bytes.toString(), done);
  });
}

/**
 * The one value of a form's parameter; undefined when it is not given. One without a value counts as not given
 * (RFC 6749, section 3.1).
 *
 * @throws ApiError `invalid_request` when it is given more than once
 */
export function parameter({ body }: Pick<FastifyRequest, 'body'>, name: string) {
  const [value, second] = (body as Form | undefined)?.[name] ?? [];
  if (second === undefined) return value;
  throw invalidField(name, 'is given more than once');
}

function readForm(text: string, done: (error: Error | null, form?: Form) => void): void {
  try {
    done(null, formOf(text));
  } catch {
    done(invalidField('body', 'is no well-formed form'));
  }
}

/** Names that JavaScript's own objects answer to are no parameter of ours, so they are passed over. */
function formOf(text: string): Form {
  const form = Object.create(null) as Record<string, string[]>;
  for (const [name = '', value = ''] of text.split('&').map(pairOf)) {
    if (value === '' || isReservedName(name)) continue;
    if (!isStorable(name + value, 1)) throw new Error('not storable');
    (form[name] ??= []).push(value);
  }
  return form;
}

function pairOf(pair: string): string[] {
  const [name = '', ...value] = pair.split('=');
  return [name, value.join('=')].map(formDecoded);
}

/** @throws URIError when it is not well-formed */
export function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
