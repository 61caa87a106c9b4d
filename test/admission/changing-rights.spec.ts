import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

/** Moves the number of the organization's last change on, on every confirmation that finds it unchanged. */
async function changeAtEveryConfirmation(tries: number): Promise<void> {
  await world.server.sql(`
    CREATE SEQUENCE confirmations;
    CREATE FUNCTION move_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('confirmations') <= ${tries} THEN
        UPDATE gate SET version = version + 1 WHERE id = NEW.id;
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER move_on AFTER UPDATE OF counted ON gate
      FOR EACH ROW WHEN (OLD.version = NEW.version AND pg_trigger_depth() = 0) EXECUTE FUNCTION move_on()`);
}

describe('rights that change under every call', () => {
  it('200 for calls that come one after another, each decided again', async () => {
    await changeAtEveryConfirmation(20);
    for (let i = 0; i < 20; i += 1) expect((await world.owner.get('/users/me')).status).toBe(200);
  });

  it('200 for every call while changes are made without a pause, and the last change binds', async () => {
    const { key, client } = await world.key();
    await world.server.sql('CREATE TABLE changing AS SELECT true AS goes_on');
    const changes = world.server.sql(`DO $$ BEGIN
      WHILE (SELECT goes_on FROM changing) LOOP
        UPDATE gate SET version = version + 1 WHERE id = '${world.organizationId}';
        COMMIT;
      END LOOP;
    END $$`);
    const calls = Array.from({ length: 4 }, async () => {
      const statuses = [];
      for (let i = 0; i < 25; i += 1) statuses.push((await client.get('/users/me')).status);
      return statuses;
    });
    const statuses = (await Promise.all(calls)).flat();
    await world.server.sql('UPDATE changing SET goes_on = false');
    await changes;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await world.owner.delete(`/api-keys/${key.id}`)).status).toBe(204);
    expect((await client.get('/users/me')).status).toBe(401);
  });
});
