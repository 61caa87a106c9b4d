import { readdir, utimes } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { Desk } from './desk.js';
import { Network } from './network.js';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
beforeEach(async () => {
  desk = await Desk.sit(world);
  await desk.login();
});
afterEach(() => desk.leave());
afterAll(() => world.close());

/** Lets it be long ago that tokens were spent: from now on one that comes again ends its session. */
async function endGrace(): Promise<void> {
  await world.server.sql(
    `UPDATE refresh_token SET spent_at = spent_at - interval '1 hour' WHERE spent_at IS NOT NULL`,
  );
}

describe('a session whose access token has expired', () => {
  it('is refreshed, and what comes next uses the successor', async () => {
    const before = await desk.readLogin();
    for (let times = 0; times < 2; times += 1) {
      await desk.age();
      await endGrace();
      await desk.done(['whoami']);
    }
    const { since, credential } = await desk.readLogin();
    expect(since).toBe(before.since);
    expect(credential.refresh_token).not.toBe(before.credential.refresh_token);
    expect(await desk.done(['whoami'])).toContain('session');
  });

  it('is refreshed once by many commands at the same time, which all succeed', async () => {
    for (let rounds = 0; rounds < 2; rounds += 1) {
      await desk.age();
      await endGrace();
      const commands = Array.from({ length: 4 }, () => desk.run(['whoami']));
      const codes = (await Promise.all(commands)).map(({ code, stderr }) => [code, stderr]);
      expect(codes).toEqual(Array.from({ length: 4 }, () => [0, '']));
    }
    const me = await desk.json(['whoami']);
    const refreshed = await world.server.sql(
      `SELECT 1 FROM audit_event WHERE action = 'session.refreshed' AND target_id = $1`,
      [me.credential.id],
    );
    expect(refreshed).toHaveLength(2);
    expect(await readdir(desk.loginFolder)).toEqual(['login.json']);
  });

  it('is refreshed behind the lock of a command that was killed', async () => {
    await desk.age();
    await desk.write('config/latchkey/login.json.lock', '');
    await utimes(`${desk.loginFile}.lock`, 0, 0);
    await desk.done(['whoami']);
    expect(await readdir(desk.loginFolder)).toEqual(['login.json']);
  });

  it('is refreshed for good when Ctrl-C comes while the answer is on its way', async () => {
    const network = await Network.before(world.server.url);
    await desk.moveLogin(network.url);
    await desk.age();
    const { credential: before } = await desk.readLogin();
    const variables = { LATCHKEY_URL: network.url };
    const command = desk.start(['whoami'], { variables });
    const release = await network.nextAnswer();
    const ended = command.kill('SIGINT');
    release();
    expect(await ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(await readdir(desk.loginFolder)).toEqual(['login.json']);
    const { credential } = await desk.readLogin();
    expect(credential.refresh_token).not.toBe(before.refresh_token);
    await desk.age();
    await endGrace();
    expect(await desk.run(['whoami'], { variables })).toMatchObject({ code: 0, stderr: '' });
    network.close();
  });

  it('is refreshed again when the answer is lost', async () => {
    const network = await Network.before(world.server.url);
    await desk.moveLogin(network.url);
    await desk.age();
    const command = desk.start(['whoami'], { variables: { LATCHKEY_URL: network.url } });
    const release = await network.nextAnswer();
    network.cut();
    release();
    expect((await command.ended).code).toBe(0);
    network.close();
  });

  it('exit code 1 and how to go on when the session is over', async () => {
    await world.rewrite('UPDATE session SET ended_at = now()');
    for (const prepare of [() => Promise.resolve(), () => desk.age()]) {
      await prepare();
      const { code, stdout, stderr } = await desk.run(['whoami']);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/\(401 invalid_token\)\n {2}failed check: credential\n/);
      expect(stderr).toMatch(/sign in again: latchkey login\n$/);
    }
  });
});

it('exit code 1 where the organization requires a second factor that the session lacks', async () => {
  const organization = `/organizations/${world.organizationId}`;
  const require = (required: boolean) =>
    world.platform.patch(organization, { policy: { require_second_factor: required } });
  expect((await require(true)).status).toBe(200);
  const { code, stderr } = await desk.run(['keys', 'list']);
  await require(false);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\(403 second_factor_required\)\n {2}failed check: permission\n/);
});

describe('latchkey orgs', () => {
  it('lists one’s organizations, and goes on in another', async () => {
    const other = await world.otherOrganization();
    const me = await desk.json(['whoami']);
    await world.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id)
       SELECT gen_random_uuid(), $1, 'human', user_id, name, role_id FROM member WHERE id = $2`,
      [other.id, me.id],
    );
    const { credential: before } = await desk.readLogin();
    const listed = await desk.json(['orgs', 'list']);
    const { slug } = listed.find(({ id }: { id: string }) => id === other.id);
    expect(listed).toHaveLength(2);
    expect(await desk.done(['orgs', 'switch', slug])).toMatch(/^organization +Other$/m);
    expect((await desk.json(['whoami'])).organization.id).toBe(other.id);
    const old = world.client(before.access_token);
    expect((await old.get('/users/me')).status).toBe(401);
    const nowhere = await desk.run(['orgs', 'switch', 'nowhere']);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('no organization') });
  });

  it('exit code 1 for a key, which cannot switch', async () => {
    const { code, stderr } = await desk.run(['orgs', 'switch', 'acme'], {
      variables: desk.ownerKey,
    });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Only a session can switch: .+\n$/)]);
  });
});
