import { readFileSync } from 'node:fs';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Satisfies } from '../../platform/http/validation.js';

const [shortest, longest] = [12, 128];

/** What people choose first, of 12 characters or more, each in a line of its own, as {@link folded} writes it. */
const common = `\n${readFileSync(new URL('../../../../assets/common-passwords.txt', import.meta.url), 'utf8')}\n`;

/** A field that holds a password to be set: 12 to 128 characters, none of the common ones. */
export function IsNewPassword(): PropertyDecorator {
  return applyDecorators(
    Satisfies(
      'isNewPassword',
      isNewPassword,
      'must be 12 to 128 characters and none that many others have chosen',
    ),
    ApiProperty({ minLength: shortest, maxLength: longest }),
  );
}

/** Tells whether a text may be a password: long enough, not so long that hashing it costs, and not among the first guesses. */
export function isNewPassword(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const length = [...value].length;
  return length >= shortest && length <= longest && !isCommon(folded(value));
}

function isCommon(password: string): boolean {
  const isListed = !password.includes('\n') && common.includes(`\n${password}\n`);
  return isListed || repeats(password) || runs(password);
}

/** Lower case and compatibility forms: capitals and full-width letters are what a guesser tries next. */
function folded(password: string): string {
  return password.normalize('NFKC').toLowerCase();
}

/** A short piece again and again: `aaaaaaaaaaaa`, `abc123abc123`. */
function repeats(password: string): boolean {
  return /^(.{1,6})\1+$/su.test(password);
}

/** Each character the next one, or the one before: `abcdefghijkl`, `987654321098`. */
function runs(password: string): boolean {
  const points = [...password].map((character) => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, i) => point - (points[i] ?? 0));
  const wraps = new Set([1, -9]);
  const wrapsBack = new Set([-1, 9]);
  return steps.every((step) => wraps.has(step)) || steps.every((step) => wrapsBack.has(step));
}
