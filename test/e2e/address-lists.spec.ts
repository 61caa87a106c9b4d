import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client } from '../harness/client.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
});
afterAll(() => world.close());

/** A call that a trusted proxy forwards for an address. */
const from = (client: Client, address: string) =>
  client.with({ 'x-forwarded-for': address }).get('/users/me');

const refused = '403 ip_not_allowed';

describe("a key's allowed_ips", () => {
  it.each([
    ['an address', ['203.0.113.7'], ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.8', '::1']],
    ['a network', ['203.0.113.0/25'], ['203.0.113.0', '203.0.113.127'], ['203.0.113.128']],
    ['an IPv6 address', ['2001:db8::7'], ['2001:db8::7', '2001:0DB8:0:0::7'], ['2001:db8::8']],
    ['an IPv6 network', ['2001:db8::/32'], ['2001:db8:ffff::1'], ['2001:db9::1', '203.0.113.7']],
    ['every IPv4 address', ['0.0.0.0/0'], ['203.0.113.7', '198.51.100.1'], ['2001:db8::7']],
    ['several', ['192.0.2.1', '2001:db8::/64'], ['192.0.2.1', '2001:db8::9'], ['192.0.2.2']],
  ])('lets calls through from %s only', async (_, allowed_ips, inside, outside) => {
    const { client } = await world.key({ allowed_ips });
    for (const address of inside) expect(outcome(await from(client, address))).toBe('200');
    for (const address of outside) expect(outcome(await from(client, address))).toBe(refused);
  });

  it('is compared with the last address that no trusted proxy stands at', async () => {
    const { client } = await world.key({ allowed_ips: ['203.0.113.7'] });
    expect(outcome(await from(client, '203.0.113.7, 10.1.2.3'))).toBe('200');
    expect(outcome(await from(client, '203.0.113.7, 198.51.100.1'))).toBe(refused);
    expect(outcome(await from(client, '203.0.113.7, 198.51.100.1, 10.1.2.3'))).toBe(refused);
  });

  it('403 ip_not_allowed for what is no address at all', async () => {
    const { client } = await world.key({ allowed_ips: ['0.0.0.0/0', '::/0'] });
    for (const address of ['unknown', 'localhost', '1.2.3', '203.0.113.7:443', '<script>'])
      expect(outcome(await from(client, address))).toBe(refused);
  });

  it('binds from the next call on', async () => {
    const { key, client } = await world.key();
    expect(outcome(await from(client, '192.0.2.1'))).toBe('200');
    await world.owner.patch(`/api-keys/${key.id}`, { allowed_ips: ['203.0.113.7'] });
    expect(outcome(await from(client, '192.0.2.1'))).toBe(refused);
    await world.owner.patch(`/api-keys/${key.id}`, { allowed_ips: null });
    expect(outcome(await from(client, '192.0.2.1'))).toBe('200');
  });

  it('X-Forwarded-For of a caller that is no trusted proxy is not believed', async () => {
    const direct = await World.start();
    try {
      const { client } = await direct.key({ allowed_ips: ['203.0.113.7'] });
      expect(outcome(await from(client, '203.0.113.7'))).toBe(refused);
      const { client: local } = await direct.key({ allowed_ips: ['127.0.0.1'] });
      expect(outcome(await from(local, '203.0.113.7'))).toBe('200');
    } finally {
      await direct.close();
    }
  });
});

describe("the organization's allowed_ips", () => {
  it("binds its keys and sessions beside a key's own list, and platform keys not at all", async () => {
    const human = await world.human('owner');
    const session = await world.session(human.email);
    const { client } = await world.key({ allowed_ips: ['203.0.113.0/24'] });
    const { client: free } = await world.key();
    const policy = { allowed_ips: ['203.0.113.7', '198.51.100.0/24'] };
    const inside = world.owner.with({ 'x-forwarded-for': '203.0.113.7' });
    const path = `/organizations/${world.organizationId}`;
    expect(outcome(await inside.patch(path, { policy }))).toBe('200');
    for (const [caller, address, expected] of [
      [client, '203.0.113.7', '200'],
      [client, '203.0.113.8', refused],
      [client, '198.51.100.9', refused],
      [free, '198.51.100.9', '200'],
      [free, '192.0.2.1', refused],
      [session, '203.0.113.7', '200'],
      [session, '192.0.2.1', refused],
      [world.platform, '192.0.2.1', '200'],
    ] as const)
      expect([address, outcome(await from(caller, address))]).toEqual([address, expected]);
    expect(outcome(await inside.patch(path, { policy: { allowed_ips: null } }))).toBe('200');
    expect(outcome(await from(free, '192.0.2.1'))).toBe('200');
  });
});
