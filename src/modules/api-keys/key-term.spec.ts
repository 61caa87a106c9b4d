import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../platform/http/api-error.js';
import { boundTerm } from './key-term.js';

const day = 24 * 60 * 60 * 1000;
const now = new Date('2026-06-01T12:00:00Z');
const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const moments = fc.integer({ min: -10 * day, max: 4000 * day }).map(after);
const days = fc.option(fc.integer({ min: 1, max: 3650 }));

/** The term, or the field and words of the refusal. */
function term(expires: Date | null, begins: Date | null, maxDays: number | null) {
  try {
    const text = (moment: Date | null) => moment?.toISOString() ?? null;
    return boundTerm(text(expires), text(begins), maxDays, now);
  } catch (error) {
    if (error instanceof ApiError) return error.options.details?.[0] ?? null;
    throw error;
  }
}

const refused = (message: string) => ({
  field: 'expires_at',
  message: expect.stringContaining(message),
});

describe('the term of a key', () => {
  it('lies in the future, ends after it begins and within what the policy allows, or is refused', () => {
    fc.assert(
      fc.property(fc.option(moments), fc.option(moments), days, (expires, begins, maxDays) => {
        const result = term(expires, begins, maxDays);
        if (result === null || 'field' in result) return;
        const end = result.expiresAt?.getTime() ?? Infinity;
        expect(end).toBeGreaterThan(now.getTime());
        expect(end).toBeGreaterThan(result.notBefore?.getTime() ?? -Infinity);
        expect(end).toBeLessThanOrEqual(
          maxDays === null ? Infinity : after(maxDays * day).getTime(),
        );
      }),
    );
  });

  it('is what is asked for when it is within bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 90 * day }), (length) => {
        expect(term(after(length), after(1), 90)).toEqual({
          expiresAt: after(length),
          notBefore: after(1),
        });
      }),
    );
  });

  it('has no end when none is asked for and the policy sets none', () => {
    expect(term(null, null, null)).toEqual({ expiresAt: null, notBefore: null });
  });

  it('ends as late as the policy allows when no end is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 }), (maxDays) => {
        expect(term(null, null, maxDays)).toEqual({
          expiresAt: after(maxDays * day),
          notBefore: null,
        });
      }),
    );
  });

  it('is refused when it ends now or earlier', () => {
    expect(term(now, null, null)).toEqual(refused('in the future'));
    expect(term(after(-1), null, null)).toEqual(refused('in the future'));
  });

  it('is refused when it ends as it begins', () => {
    expect(term(after(day), after(day), null)).toEqual(refused('after not_before'));
  });

  it('is refused when it begins after the policy would have it end', () => {
    expect(term(null, after(91 * day), 90)).toEqual(refused('after not_before'));
  });

  it('is refused when it ends later than the policy allows', () => {
    expect(term(after(90 * day), null, 90)).toMatchObject({ expiresAt: after(90 * day) });
    expect(term(after(90 * day + 1), null, 90)).toEqual(refused('within 90 days'));
  });
});
