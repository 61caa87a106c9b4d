import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatchkeyUnreachable } from '@latchkey/sdk';
import { pauseBeforeRetry } from '../../../sdk/typescript/dist/connection/pause-before-retry.js';
import { retryAfterSeconds } from '../../../sdk/typescript/dist/connection/retry-after.js';

const unreachable = new LatchkeyUnreachable('no answer');

/** An answer with a code, as Latchkey refuses. */
function refusal(status: number, code = 'any', headers: Record<string, string> = {}) {
  const text = JSON.stringify({ error: { code, message: 'Refused.' } });
  return { status, headers: new Headers(headers), text, stream: null };
}

const outcomes = fc.oneof(
  fc.constant(unreachable),
  fc
    .record({
      status: fc.integer({ min: 200, max: 599 }),
      code: fc.constantFrom('conflict', 'idempotency_conflict', 'unavailable'),
      after: fc.option(fc.nat({ max: 100 })),
    })
    .map(({ status, code, after }) =>
      refusal(status, code, after === null ? {} : { 'retry-after': String(after) }),
    ),
);
const attempts = fc.nat({ max: 10 });
const chances = fc.double({ min: 0, max: 1, noNaN: true });
const rules = fc.record({ repeatable: fc.boolean(), waitsForLimit: fc.boolean() });

describe('a call', () => {
  it('that may not arrive twice is sent again only when the limit refused it', () => {
    fc.assert(
      fc.property(outcomes, rules, attempts, chances, (outcome, rule, attempt, chance) => {
        const pause = pauseBeforeRetry(outcome, { ...rule, repeatable: false }, attempt, chance);
        const limited = 'status' in outcome && outcome.status === 429;
        expect(pause !== null).toBe(limited && rule.waitsForLimit);
      }),
    );
  });

  it('is never sent again sooner than it was asked to, nor after a success or a refusal that stays', () => {
    fc.assert(
      fc.property(outcomes, rules, attempts, chances, (outcome, rule, attempt, chance) => {
        const pause = pauseBeforeRetry(outcome, rule, attempt, chance);
        if (!('status' in outcome) || pause === null) return;
        expect([409, 429, 502, 503, 504]).toContain(outcome.status);
        const asked = outcome.status === 409 ? null : retryAfterSeconds(outcome.headers);
        const least = asked === null ? 100 * 2 ** attempt : asked * 1000;
        expect(pause).toBeGreaterThanOrEqual(least);
        expect(pause).toBeLessThanOrEqual(asked === null ? 2 * least : least);
      }),
    );
  });

  const repeatable = { repeatable: true, waitsForLimit: true };
  it.each<[string, ReturnType<typeof refusal> | LatchkeyUnreachable, number, boolean]>([
    ['without an answer is', unreachable, 0, true],
    ['503 is', refusal(503), 0, true],
    ['500 is not', refusal(500), 0, false],
    ['409 whose first sending is under way is', refusal(409, 'idempotency_conflict'), 1, true],
    [
      "409 with a key that was another call's is not",
      refusal(409, 'idempotency_conflict'),
      0,
      false,
    ],
    ['409 for another reason is not', refusal(409, 'slug_taken'), 1, false],
    ['404 is not', refusal(404, 'not_found'), 1, false],
  ])('that may arrive twice and was answered %s sent again', (_, outcome, attempt, again) => {
    expect(pauseBeforeRetry(outcome, repeatable, attempt, 0.5) !== null).toBe(again);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');
  it.each([
    ['7', 7],
    ['0', 0],
    ['Thu, 26 Nov 2026 12:00:30 GMT', 30],
    ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-7', null],
    ['', null],
  ])('"%s" is so many seconds: %s', (value, seconds) => {
    expect(retryAfterSeconds(new Headers({ 'retry-after': value }), now)).toBe(seconds);
  });

  it('that is not there is null', () => {
    expect(retryAfterSeconds(new Headers(), now)).toBeNull();
  });
});
