import { isIP } from 'node:net';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, Matches, ValidateBy, ValidateIf } from 'class-validator';
import { slugPattern } from '../config/settings.js';
import { ApiError, type FieldError } from './api-error.js';

/** Checks bodies and queries against their classes: unknown fields are refused, every wrong field is named. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) =>
      new ApiError('invalid_request', { details: errors.flatMap((error) => flatten(error, '')) }),
  });
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    field,
    message: message
      .replace(`property ${error.property}`, 'the field')
      .replace(`${error.property} `, ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

/** A check of a field by a function, with the words for when it fails. */
export function Satisfies(name: string, test: (value: unknown) => boolean, message: string) {
  return ValidateBy({ name, validator: { validate: test, defaultMessage: () => message } });
}

/** Trims a text before it is checked. */
export function Trimmed(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : value,
  );
}

/** A name: 1 to 100 characters after trimming, no control characters. */
export function IsName(): PropertyDecorator {
  return applyDecorators(
    Trimmed(),
    Satisfies('isName', isName, 'must be 1 to 100 characters without control characters'),
  );
}

/** Tells whether a value is a name, as {@link IsName} takes it. */
export function isName(value: unknown): boolean {
  if (typeof value !== 'string' || /\p{Cc}/u.test(value)) return false;
  const length = [...value].length;
  return length >= 1 && length <= 100;
}

/** A slug: lower-case letters, digits and single hyphens, starting with a letter, 2 to 48 characters. */
export function IsSlug(): PropertyDecorator {
  return Matches(slugPattern, {
    message:
      'must be 2 to 48 lower-case letters, digits and single hyphens, starting with a letter',
  });
}

/** The address of one host, of IPv4 or IPv6. */
export function IsAddress(): PropertyDecorator {
  return Satisfies('isAddress', isAddress, 'must be an address like 192.0.2.1');
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value) !== 0;
}

/** A field that may be left out, but not be null. */
export function MayBeLeftOut(): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_, value) => value !== undefined),
    ApiPropertyOptional(),
  );
}

/** A field that may be left out or null. */
export function MayBeNull(): PropertyDecorator {
  return applyDecorators(IsOptional(), ApiProperty({ nullable: true, required: false }));
}

const timestamp =
  /^\d{4}-\d{2}-\d{2}[Tt](?!24)\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** A moment as RFC 3339 writes it, with its offset from UTC. */
export function IsTimestamp(): PropertyDecorator {
  return Satisfies('isTimestamp', isTimestamp, 'must be a time like 2030-01-31T12:00:00Z');
}

/** A moment in an answer, as {@link IsTimestamp} takes one. */
export function Timestamp(): PropertyDecorator {
  return ApiProperty({ type: 'string', format: 'date-time', example: '2026-11-22T08:30:00.000Z' });
}

function isTimestamp(value: unknown): boolean {
  if (typeof value !== 'string' || !timestamp.test(value)) return false;
  const year = new Date(value).getUTCFullYear();
  return year >= 1970 && year <= 9999 && isInCalendar(value.slice(0, 10));
}

/** The 30th of February would be read as a day in March. */
function isInCalendar(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
