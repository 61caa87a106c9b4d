import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Desk } from './desk.js';

let world: World;
let desk: Desk;
let project: Json;
let key: Json;
beforeAll(async () => {
  world = await World.start();
  desk = await Desk.sit(world);
  project = await world.project('Website');
  const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
  ({ key } = await world.key({ owner_id: bot.id, project_id: project.id }));
});
afterAll(async () => {
  await desk.leave();
  await world.close();
});

const withKey = () => ({ variables: { LATCHKEY_TOKEN: key.secret as string } });

describe('a refused call', () => {
  it('names message, code, check, smallest grant and request, and how to see more', async () => {
    const { code, stdout, stderr } = await desk.run(['audit', 'list'], withKey());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^This credential lacks read access to audit .+ \(403 insufficient_permissions\)$/,
      ),
      '  failed check: permission',
      '  missing: audit: read',
      expect.stringMatching(/^ {2}request: [0-9a-f-]{36}$/),
      '  every check: latchkey explain audit read',
      expect.stringMatching(
        /^ {2}or, for who reads the audit log: latchkey explain [0-9a-f-]{36}$/,
      ),
      '',
    ]);
    const [, requestId = ''] = /request: (\S+)/.exec(stderr) ?? [];
    const byOwner = await desk.owner(['explain', requestId]);
    const byItself = await desk.done(['explain', 'audit', 'read'], withKey());
    for (const explained of [byOwner, byItself]) {
      expect(explained).toMatch(/^question +audit:read/m);
      expect(explained).toMatch(/^permission +FAILED insufficient_permissions /m);
    }
  });

  it('names what is wrong field by field', async () => {
    const args = ['keys', 'create', 'CI', '--products', 'nothing:read'];
    const { code, stderr } = await desk.run(args, { variables: desk.ownerKey });
    expect(code).toBe(1);
    expect(stderr).toMatch(/\(400 invalid_request\)\n {2}product_scopes\S*: .+\n {2}request: /);
  });

  it('names what does not exist', async () => {
    const args = ['keys', 'show', world.organizationId];
    const { code, stderr } = await desk.run(args, { variables: desk.ownerKey });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^.+ \(404 not_found\)\n {2}request: .+\n$/),
    ]);
  });

  it('exit code 1 and one line where no server answers', async () => {
    const variables = { ...desk.ownerKey, LATCHKEY_URL: 'http://127.0.0.1:1' };
    const { code, stdout, stderr } = await desk.run(['whoami'], { variables });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Latchkey cannot be reached: .+\n$/);
  });
});

describe('latchkey explain', () => {
  it('shows every check and the least that has to be granted', async () => {
    const question = ['uptime', 'read_write', '--credential', key.id];
    const shown = await desk.owner(['explain', ...question]);
    expect(shown).toMatch(/^answer +refused: insufficient_permissions$/m);
    expect(shown).toMatch(/^access held +read$/m);
    expect(shown).toMatch(/^CHECK +RESULT +WHY\ncredential +passed /m);
    expect(shown).toMatch(/^permission +FAILED insufficient_permissions +This credential lacks /m);
    expect(shown).toContain(
      `member ${key.owner.id}: the project role editor in project ${project.id}`,
    );
  });

  it('explains one’s own credential unless it is told another', async () => {
    const shown = await desk.done(['explain', 'uptime'], withKey());
    expect(shown).toMatch(/^answer +allowed$/m);
    expect(shown).toContain(key.id);
    expect(shown).not.toContain('granted');
  });

  it('writes the API’s own object with --json', async () => {
    const question = { credential_id: key.id, product: 'uptime', access: 'read_write' };
    const { body } = await world.owner.post('/decisions/explain', question);
    const args = ['explain', 'uptime', 'read_write', '--credential', key.id, '--json'];
    expect(JSON.parse(await desk.owner(args))).toEqual(body);
  });

  it('explains the call of an audit event, and of a request', async () => {
    const client = world.client(key.secret);
    const { headers } = await client.post('/authorize?product=uptime');
    const { body } = await world.owner.get(`/audit-events?key_id=${key.id}&outcome=denied&limit=1`);
    const [event] = body.data;
    expect(event.request.id).toBe(headers.get('x-request-id'));
    for (const id of [event.id, event.request.id]) {
      const shown = JSON.parse(await desk.owner(['explain', id, '--json']));
      expect([shown.code, shown.credential.id]).toEqual(['insufficient_permissions', key.id]);
      expect(shown.grant).toHaveLength(1);
    }
  });

  it('exit code 1 for an id that nothing is known of, and for a call that asked for no access', async () => {
    const unknown = await desk.run(['explain', key.id], { variables: desk.ownerKey });
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^You see no event .+\n$/),
    });
    const { body } = await world.owner.get('/audit-events?action=api_key.created&limit=1');
    const change = await desk.run(['explain', body.data[0].id], { variables: desk.ownerKey });
    expect(change).toMatchObject({ code: 1, stderr: 'That call asked for no access.\n' });
  });
});
