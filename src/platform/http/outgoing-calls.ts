import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Agent } from 'undici';
import { CONFIG, type Config } from '../config/config.js';

const longestMs = 5_000;
/** Ten times what providers describe themselves with. It is read as JSON, which takes many times its size. */
const mostBytes = 128 * 1024;

/** A server that was called did not answer, or not in a way that can be used. */
export class NoAnswerError extends Error {}

/** What to send. */
export interface OutgoingCall {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/**
 * Calls to servers that somebody else has named. They must not reach what only this machine can: every address that is
 * connected to is public, unless the operator lists its origin. HTTPS, no redirects, 5 seconds, 128 KiB.
 */
@Injectable()
export class OutgoingCalls implements OnModuleDestroy {
  private readonly privateOrigins: ReadonlySet<string>;
  private readonly anywhere = new Connections(lookup);
  private readonly publicly = new Connections(lookupPublic);

  constructor(@Inject(CONFIG) config: Pick<Config, 'privateIssuers'>) {
    this.privateOrigins = new Set(config.privateIssuers);
  }

  /**
   * Tells whether an address may be called, as far as it can be told without looking up its name.
   *
   * @param by the address that names it, if it is another one: where the operator lists only the former, strangers would reach it
   */
  mayCall(address: string, by = address): boolean {
    if (!URL.canParse(address)) return false;
    if (this.isListed(address) && this.isListed(by)) return true;
    const { protocol, hostname } = new URL(address);
    const literal = hostname.replaceAll(/[[\]]/g, '');
    return protocol === 'https:' && (isIP(literal) === 0 || isPublic(literal));
  }

  /**
   * Makes a call. What comes back is read at once.
   *
   * @param by the address that names it, as {@link mayCall} takes it
   * @throws NoAnswerError when it may not be made, is not answered in time, or with too much, or with a status of 500 or more
   */
  async make(address: string, call: OutgoingCall, by = address): Promise<Response> {
    if (!this.mayCall(address, by)) throw new NoAnswerError('an address that may not be called');
    try {
      const isTrusted = this.isListed(address) && this.isListed(by);
      const signal = AbortSignal.timeout(longestMs);
      const dispatcher = await (isTrusted ? this.anywhere : this.publicly).agent();
      const { request } = await import('undici');
      const { statusCode, headers, body } = await request(address, { ...call, dispatcher, signal });
      const bytes = await body.arrayBuffer();
      if (statusCode >= 500) throw new NoAnswerError(`status ${statusCode}`);
      const type = String(headers['content-type'] ?? '');
      const init = { status: statusCode, headers: { 'content-type': type } };
      return new Response(bytes.byteLength === 0 ? null : bytes, init);
    } catch (cause) {
      throw cause instanceof NoAnswerError ? cause : new NoAnswerError('no answer', { cause });
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.anywhere.destroy(), this.publicly.destroy()]);
  }

  private isListed(address: string): boolean {
    return this.privateOrigins.has(new URL(address).origin);
  }
}

/** An agent that is made for the first call: most servers make none, and what it needs is slow to load. */
class Connections {
  private made: Promise<Agent> | undefined;

  constructor(private readonly find: LookupFunction) {}

  agent(): Promise<Agent> {
    this.made ??= import('undici').then(({ Agent }) => {
      const connect = { lookup: this.find, timeout: longestMs };
      return new Agent({ connect, maxResponseSize: mostBytes, connections: 10 });
    });
    return this.made;
  }

  async destroy(): Promise<void> {
    await (await this.made)?.destroy();
  }
}

/** Looks a name up and gives its public addresses. Asked when connecting, so that no later answer can differ. */
function lookupPublic(...[name, options, done]: Parameters<LookupFunction>): void {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, [], 0);
    const reachable = addresses.filter(({ address }) => isPublic(address));
    const [first] = reachable;
    if (!first) return done(new NoAnswerError(`${name} has no public address`), [], 0);
    return options.all ? done(null, reachable) : done(null, ...pair(first));
  });
}

function pair({ address, family }: LookupAddress): [string, number] {
  return [address, family];
}

/** Tells whether an address is of the public internet, by the registries that RFC 6890 set up. */
export function isPublic(address: string): boolean {
  return isIP(address) === 4
    ? !specialIpv4.check(address, 'ipv4')
    : globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

const specialIpv4 = networks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

/** What is global at all; mapped, translated, local and link-local addresses are outside. */
const globalIpv6 = networks('ipv6', [['2000::', 3]]);

const specialIpv6 = networks('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

function networks(
  family: 'ipv4' | 'ipv6',
  entries: readonly (readonly [string, number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, bits] of entries) list.addSubnet(network, bits, family);
  return list;
}
