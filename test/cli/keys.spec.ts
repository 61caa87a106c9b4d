import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Json } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Desk } from './desk.js';

let world: World;
let desk: Desk;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  desk = await Desk.sit(world);
  project = await world.project('Website');
});
afterAll(async () => {
  await desk.leave();
  await world.close();
});

const asOwner = (args: readonly string[]) => desk.run(args, { variables: desk.ownerKey });

async function made(options: readonly string[] = []): Promise<Json> {
  return JSON.parse(await desk.owner(['keys', 'create', 'CI', ...options, '--json']));
}

describe('latchkey keys create', () => {
  it('writes the secret and nothing else to standard output', async () => {
    const { code, stdout, stderr } = await asOwner(['keys', 'create', 'CI']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^sk_[0-9A-Za-z]{49}\n$/)]);
    expect(outcome(await world.client(stdout.trim()).get('/users/me'))).toBe('200');
    expect(stderr).toMatch(/^name +CI$/m);
    expect(stderr).toMatch(/This secret is shown once/);
    expect(stderr).not.toContain(stdout.trim());
  });

  it('makes what the options say, a project by its slug', async () => {
    const before = Date.now();
    const { id } = await made([
      `--project=${project.slug}`,
      '--products=uptime:read,incidents:read_write',
      '--expires=30d',
      '--allow-ip=192.0.2.1',
      '--allow-ip=198.51.100.0/24',
    ]);
    const { body } = await world.owner.get(`/api-keys/${id}`);
    expect(body).toMatchObject({
      name: 'CI',
      scope: 'project',
      project_id: project.id,
      product_scopes: { uptime: 'read', incidents: 'read_write' },
      allowed_ips: ['192.0.2.1', '198.51.100.0/24'],
    });
    const days = (Date.parse(body.expires_at) - before) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(30);
    expect(days).toBeLessThan(30.1);
  });

  it('writes the API’s own object with --json', async () => {
    const { secret, ...key } = await made();
    expect(secret).toMatch(/^sk_/);
    expect((await world.owner.get(`/api-keys/${key.id}`)).body).toEqual(key);
  });

  it.each([
    ['products that are none', ['--products', 'uptime'], /It takes products such as/],
    ['an access that is none', ['--products', 'uptime:write'], /It takes products such as/],
    ['no moment', ['--expires', 'soon'], /It takes a moment such as/],
    ['an owner that is no id', ['--owner', '..'], /It takes an id/],
    ['a scope that is none', ['--scope', 'all'], /Allowed choices are/],
  ])('exit code 2 for %s', async (_, options, message) => {
    const { code, stderr } = await asOwner(['keys', 'create', 'CI', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('exit code 1 for a project that one does not see', async () => {
    const { code, stderr } = await asOwner(['keys', 'create', 'CI', '--project', 'nowhere']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^You see no project nowhere: .+\n$/),
    ]);
  });
});

describe('latchkey keys rotate', () => {
  it('writes the new secret alone; the old one is good for as long as --overlap says', async () => {
    const { key, client } = await world.key();
    const args = ['keys', 'rotate', key.id];
    const first = (await desk.owner([...args, '--overlap', '1h'])).trim();
    expect(outcome(await client.get('/users/me'))).toBe('200');
    const second = (await desk.owner(args)).trim();
    expect(outcome(await world.client(first).get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await world.client(second).get('/users/me'))).toBe('200');
  });
});

describe('latchkey keys revoke', () => {
  it('exit code 2 and nothing done where nobody can be asked, unless --yes', async () => {
    const { key, client } = await world.key();
    const unasked = await asOwner(['keys', 'revoke', key.id]);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('say --yes')]);
    expect(outcome(await client.get('/users/me'))).toBe('200');
    expect(await desk.owner(['keys', 'revoke', key.id, '--yes'])).toMatch(/^Revoked Key \(sk_/);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
  });

  it('asks at a terminal, and takes nothing but a yes for one', async () => {
    const { key, client } = await world.key({ name: 'Asked' });
    const answered = async (answer: string) => {
      const revoke = desk.onTerminal(['keys', 'revoke', key.id], desk.ownerKey);
      await revoke.stdout.match(/Revoke Asked \(sk_\w+…\) of .+ for ever\? \[y\/N\] /);
      revoke.type(`${answer}\r`);
      return (await revoke.ended).code;
    };
    for (const no of ['', 'n', 'yess']) {
      expect(await answered(no)).toBe(1);
      expect(outcome(await client.get('/users/me'))).toBe('200');
    }
    expect(await answered('y')).toBe(0);
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
  });
});

describe('latchkey keys list and show', () => {
  it('show tables to people and the API’s own objects to programs', async () => {
    const { key } = await world.key({ name: 'Shown', product_scopes: { uptime: 'read' } });
    const table = await desk.owner(['keys', 'list']);
    const [titles = '', ...rows] = table.trimEnd().split('\n');
    expect(titles).toMatch(
      /^ID +NAME +SECRET +REACHES +PRODUCTS +OWNER +STATUS +LAST USED +EXPIRES$/,
    );
    const row = rows.find((line) => line.startsWith(key.id));
    expect(row).toMatch(/ {2}Shown +sk_\w{7}… +organization +uptime:read +\S.+ active +- +-$/);
    expect(await desk.owner(['keys', 'show', key.id])).toMatch(/^status +active$/m);
    const { body } = await world.owner.get(`/api-keys/${key.id}`);
    expect(JSON.parse(await desk.owner(['keys', 'show', key.id, '--json']))).toEqual(body);
    const listed = JSON.parse(await desk.owner(['--json', 'keys', 'list']));
    expect(listed.find(({ id }: Json) => id === key.id)).toEqual(body);
    expect(table).not.toContain('\u001b');
  });

  it('narrow by project, owner and status', async () => {
    const { key } = await world.key({ project_id: project.id });
    await world.owner.delete(`/api-keys/${key.id}`);
    const options = ['--project', project.slug, '--owner', world.ownerId, '--status', 'revoked'];
    const listed = JSON.parse(await desk.owner(['keys', 'list', ...options, '--json']));
    expect(listed.map(({ id }: Json) => id)).toEqual([key.id]);
  });

  it('show lists of more than a page to their end', async () => {
    const names = Array.from({ length: 101 }, (_, number) => `Bulk ${number}`);
    for (const name of names) await world.key({ name });
    const listed: Json[] = JSON.parse(await desk.owner(['keys', 'list', '--json']));
    const bulk = listed.map(({ name }) => name as string).filter((name) => name.startsWith('Bulk'));
    expect(bulk.reverse()).toEqual(names);
  });
});

describe('the other lists', () => {
  it.each([
    ['projects', '/projects', /^ID +SLUG +NAME +CREATED$/m],
    ['members', '/members', /^ID +TYPE +NAME +E-MAIL +ROLE +PROJECTS +STATUS$/m],
    ['roles', '/roles', /^ID +LEVEL +NAME +BUILT IN +GIVES$/m],
    ['products', '/products', /^SLUG +NAME +BUILT IN +DESCRIPTION$/m],
    ['orgs', '/organizations', /^ID +SLUG +NAME +STATUS +CALLS A MINUTE$/m],
  ])('latchkey %s list shows all of %s', async (noun, path, titles) => {
    const { body } = await world.owner.get(`${path}?limit=100`);
    const args = [noun, 'list'];
    expect(JSON.parse(await desk.owner([...args, '--json']))).toEqual(body.data);
    const table = await desk.owner(args);
    expect(table).toMatch(titles);
    expect(table.trimEnd().split('\n')).toHaveLength(body.data.length + 1);
  });
});
