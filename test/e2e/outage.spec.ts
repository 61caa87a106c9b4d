import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { cutOff } from '../harness/outage.js';
import { password, World } from '../harness/world.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

describe('503 unavailable', () => {
  it('for every call while the database cannot be reached, and 200 again afterwards', async () => {
    const human = await world.human('admin');
    const session = await world.session(human.email);
    const restore = await cutOff(world.server);
    const nobody = world.client(null);
    const calls = () => [
      world.owner.get('/users/me'),
      world.owner.post('/projects', { name: 'Website' }),
      world.owner.with({ 'idempotency-key': 'one' }).post('/projects', { name: 'Website' }),
      world.owner.get('/authorize?product=members'),
      session.get('/users/me'),
      world.platform.get('/organizations'),
      nobody.post('/auth/login', { email: human.email, password }),
      nobody.get('//health/ready'),
    ];
    const refused = await Promise.all(calls());
    expect(refused.map(outcome)).toEqual(refused.map(() => '503 unavailable'));
    expect(outcome(await nobody.get('//health/live'))).toBe('200');
    expect(outcome(await nobody.get('/users/me'))).toBe('401 missing_token');
    await restore();
    const answers = await Promise.all(calls());
    expect(answers.map(outcome)).toEqual(['200', '201', '201', '200', '200', '200', '200', '200']);
  });

  it('has had no effect: neither a row nor an event nor a kept answer', async () => {
    const rows = async () => {
      const [row] = await world.server.sql<{ counts: string }>(
        `SELECT concat_ws(' ', (SELECT count(*) FROM project), (SELECT count(*) FROM audit_event),
           (SELECT count(*) FROM idempotent_answer)) AS counts`,
      );
      return row?.counts;
    };
    const before = await rows();
    const restore = await cutOff(world.server);
    const once = world.owner.with({ 'idempotency-key': 'one' });
    expect(outcome(await once.post('/projects', { name: 'Website' }))).toBe('503 unavailable');
    await restore();
    expect(await rows()).toBe(before);
    expect(outcome(await once.post('/projects', { name: 'Website' }))).toBe('201');
  });

  it('when the audit event cannot be written, and nothing was changed', async () => {
    const { server, owner } = world;
    const human = await world.human('admin');
    const obstacles = [
      ['RENAME TO audit_event_away', 'ALTER TABLE audit_event_away RENAME TO audit_event'],
      [
        'ADD CONSTRAINT never CHECK (false) NOT VALID',
        'ALTER TABLE audit_event DROP CONSTRAINT never',
      ],
    ] as const;
    for (const [obstacle, removal] of obstacles) {
      await server.sql(`ALTER TABLE audit_event ${obstacle}`);
      const answers = [
        await owner.post('/projects', { name: 'Website' }),
        await owner.get('/users/me'),
        await world.client(null).post('/auth/login', { email: human.email, password }),
      ];
      expect(answers.map(outcome)).toEqual(answers.map(() => '503 unavailable'));
      await server.sql(removal);
    }
    expect((await owner.get('/projects')).body.data).toEqual([]);
    expect(await server.sql('SELECT * FROM session')).toEqual([]);
  });

  it('when only the event of a change cannot be written, and the change is not made either', async () => {
    const { server, owner } = world;
    await server.sql(
      `ALTER TABLE audit_event ADD CONSTRAINT never CHECK (action <> 'project.created')`,
    );
    expect(outcome(await owner.post('/projects', { name: 'Website' }))).toBe('503 unavailable');
    const { body } = await owner.get('/projects');
    expect(body.data).toEqual([]);
  });
});
