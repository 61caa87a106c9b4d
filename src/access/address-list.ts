import { BlockList, isIP } from 'node:net';
import { LRUCache } from 'lru-cache';

const compiled = new LRUCache<string, BlockList>({ max: 1000 });

/**
 * Tells whether an address is on a list of addresses and networks (CIDR). IPv4 addresses mapped into IPv6 count
 * as the IPv4 address. An unknown address is on no list.
 */
export function addressIsListed(list: readonly string[], ip: string | null): boolean {
  if (ip === null) return false;
  const plain = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  return compile(list).check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

function compile(list: readonly string[]): BlockList {
  const name = list.join(',');
  const known = compiled.get(name);
  if (known) return known;
  const addresses = new BlockList();
  for (const entry of list) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) addresses.addAddress(address, family);
    else addresses.addSubnet(address, Number(bits), family);
  }
  compiled.set(name, addresses);
  return addresses;
}
