import { normalizeIp } from '@nestjs/throttler';

/**
 * How many bits of an IPv6 address count. 64 is what one subscriber is given at least, to choose addresses from as it
 * likes: more bits would let it start anew with each call, fewer may take in a neighbour.
 */
export const ipv6NetworkBits = 64;

/** How many calls of one address are let through, in how many milliseconds. */
export const addressLimit = { ttl: 60_000, limit: 20 };

/** What counts as one address. */
export function networkOf(ip: string): string {
  return normalizeIp(ip, ipv6NetworkBits);
}
