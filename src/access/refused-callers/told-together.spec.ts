import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../platform/throttling/network.js';
import type { ErrorCode } from '../../platform/http/api-error.js';
import type { ClaimedIdentity, RefusedCaller } from './refused-caller.js';
import { toldTogether } from './told-together.js';

const ips = fc.constantFrom(
  '192.0.2.1',
  '::ffff:192.0.2.1',
  '192.0.2.2',
  '2001:db8::1',
  '2001:db8::2',
  '2001:db8:0:1::1',
  'no address',
);
const claims = fc.constantFrom(
  null,
  { type: 'user', id: 'one' },
  { type: 'user', id: 'other' },
  { type: 'user', id: 'one', organization: 'acme' },
  { type: 'session', id: 'one' },
) as fc.Arbitrary<ClaimedIdentity | null>;
const action = fc.constantFrom('unknown_token.used', 'session.refused');
const code = fc.constantFrom('invalid_token', 'account_deactivated') as fc.Arbitrary<ErrorCode>;
const request = fc
  .record({ id: fc.uuid(), ip: ips })
  .map((call) => ({ ...call, method: 'GET', route: '/v1/users/me', userAgent: null }));
const reason = fc.constantFrom('one', 'other');
const refusedCaller = fc.record(
  { action, code, reason, claimed: claims, request },
  { requiredKeys: ['action', 'code', 'claimed', 'request'] },
);
const some = fc.array(refusedCaller, { maxLength: 50 });

const alike = (one: RefusedCaller, other: RefusedCaller) =>
  isDeepStrictEqual(
    [one.action, one.code, one.reason, one.claimed, networkOf(one.request.ip)],
    [other.action, other.code, other.reason, other.claimed, networkOf(other.request.ip)],
  );

describe('callers that were refused', () => {
  it('are all told of, none twice: each event counts all that are like its first', () => {
    fc.assert(
      fc.property(some, (callers) => {
        const told = toldTogether(callers);
        for (const { caller, count } of told)
          expect(count).toBe(callers.filter((other) => alike(caller, other)).length);
        expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(callers.length);
      }),
    );
  });

  it('are told of once where they are alike, by the first of them', () => {
    fc.assert(
      fc.property(some, (callers) => {
        for (const { caller } of toldTogether(callers))
          expect(callers.find((other) => alike(caller, other))).toBe(caller);
      }),
    );
  });
});
