import { InvalidArgumentError } from 'commander';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Tells whether a text is an id. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** An id. */
export function id(text: string): string {
  if (isId(text)) return text;
  throw new InvalidArgumentError('It takes an id.');
}

/** A text after the other. */
export function texts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** How many, from 1. */
export function count(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It takes a whole number, from 1.');
}

/** How many, from 0. */
export function countOrNone(text: string): number {
  return text === '0' ? 0 : count(text);
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration such as `90s`, `10m`, `12h` or `30d`, in seconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (unitSeconds[unit] ?? NaN);
  if (seconds >= 0) return seconds;
  throw new InvalidArgumentError('It takes a duration such as 90s, 10m, 12h or 30d.');
}

/** A moment: RFC 3339, or a duration from now. In RFC 3339. */
export function moment(text: string): string {
  if (/^[\d.]+[a-z]$/.test(text)) return new Date(Date.now() + duration(text) * 1000).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(
    'It takes a moment such as 2027-01-31T00:00:00Z, or 30d from now.',
  );
}

/** A moment that is past: RFC 3339, or a duration ago. In RFC 3339. */
export function pastMoment(text: string): string {
  if (/^[\d.]+[a-z]$/.test(text)) return new Date(Date.now() - duration(text) * 1000).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('It takes a moment such as 2026-11-01T00:00:00Z, or 30d ago.');
}

/** How much access. */
export type Access = 'none' | 'read' | 'read_write';

/** Products with an access each, such as `uptime:read,incidents:read_write`; more of them add to those before. */
export function scopes(
  text: string,
  before: Readonly<Record<string, Access>> = {},
): Record<string, Access> {
  const given = { ...before };
  for (const part of text.split(',')) {
    const [, product = '', access] =
      /^\s*([a-z][a-z0-9_-]*):(none|read|read_write)\s*$/.exec(part) ?? [];
    if (access === undefined)
      throw new InvalidArgumentError('It takes products such as uptime:read,incidents:read_write.');
    given[product] = access as Access;
  }
  return given;
}
