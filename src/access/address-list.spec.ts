import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressIsListed } from './address-list.js';

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });

function bits(parts: readonly number[]): string {
  return parts.map((part) => part.toString(2).padStart(8, '0')).join('');
}

describe('an address list', () => {
  it('holds the addresses of an IPv4 network: those with the same leading bits', () => {
    fc.assert(
      fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), (network, address, length) => {
        const same = bits(network).slice(0, length) === bits(address).slice(0, length);
        const listed = addressIsListed([`${network.join('.')}/${length}`], address.join('.'));
        expect(listed).toBe(same);
      }),
    );
  });

  it('holds just itself when an entry is an address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (entry, address) => {
        expect(addressIsListed([entry], entry)).toBe(true);
        expect(addressIsListed([entry], address)).toBe(entry === address);
      }),
    );
  });

  it('takes an IPv4 address mapped into IPv6 for the IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (entry, address) => {
        expect(addressIsListed([entry], `::ffff:${address}`)).toBe(entry === address);
        expect(addressIsListed([entry], `::FFFF:${address}`)).toBe(entry === address);
      }),
    );
  });

  it('holds an IPv6 address however it is written', () => {
    expect(addressIsListed(['2001:db8::1'], '2001:0DB8:0:0::0:1')).toBe(true);
    expect(addressIsListed(['2001:db8::/32'], '2001:db8:ffff::1')).toBe(true);
    expect(addressIsListed(['2001:db8::/32'], '2001:db9::1')).toBe(false);
  });

  it('holds an address that any of its entries holds', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6())), fc.ipV4(), (list, address) => {
        expect(addressIsListed([...list, address], address)).toBe(true);
        const single = list.some((entry) => addressIsListed([entry], address));
        expect(addressIsListed(list, address)).toBe(single);
      }),
    );
  });

  it('does not hold an IPv6 address because it holds every IPv4 one', () => {
    expect(addressIsListed(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
  });

  it.each([null, '', 'unknown', '10.0.0.1:80', '010.0.0.1', 'fe80::1%eth0'])(
    'does not hold %j',
    (address) => {
      expect(addressIsListed(['0.0.0.0/0', '2001:db8::/32'], address)).toBe(false);
    },
  );

  it('is empty when it has no entries', () => {
    expect(addressIsListed([], '192.0.2.1')).toBe(false);
  });
});
