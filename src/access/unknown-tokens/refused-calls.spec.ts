import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../platform/throttling/network.js';
import { perAddress } from './refused-calls.js';

const ips = fc.constantFrom(
  '192.0.2.1',
  '::ffff:192.0.2.1',
  '192.0.2.2',
  '2001:db8::1',
  '2001:db8::2',
  '2001:db8:0:1::1',
  'no address',
);
const calls = fc
  .array(fc.record({ id: fc.uuid(), ip: ips }), { maxLength: 50 })
  .map((some) =>
    some.map((call) => ({ ...call, method: 'GET', route: '/v1/users/me', userAgent: null })),
  );

describe('calls with unknown tokens', () => {
  it('are all told, none twice: the counts of an address add up to its calls', () => {
    fc.assert(
      fc.property(calls, (requests) => {
        for (const { request, count } of perAddress(requests)) {
          const same = requests.filter(({ ip }) => networkOf(ip) === networkOf(request.ip));
          expect(count).toBe(same.length);
        }
        const told = perAddress(requests).reduce((sum, { count }) => sum + count, 0);
        expect(told).toBe(requests.length);
      }),
    );
  });

  it('are told once an address, by the first of them', () => {
    fc.assert(
      fc.property(calls, (requests) => {
        const told = perAddress(requests);
        const networks = told.map(({ request }) => networkOf(request.ip));
        expect(new Set(networks).size).toBe(told.length);
        for (const { request } of told) {
          const first = requests.find(({ ip }) => networkOf(ip) === networkOf(request.ip));
          expect(request).toBe(first);
        }
      }),
    );
  });
});
