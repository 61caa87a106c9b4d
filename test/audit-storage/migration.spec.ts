import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDataSource } from '../../dist/src/platform/database/data-source.js';
import { sealedLog, unlinked } from '../audit-chain/audit-log.js';
import { World } from '../harness/world.js';
import { letDaysPass, partitions } from './storage.js';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

/** The partitions that hold events. */
async function weeksOfEvents(): Promise<string[]> {
  const rows = await world.server.sql<{ name: string }>(
    'SELECT DISTINCT tableoid::regclass::text AS name FROM audit_event ORDER BY name',
  );
  return rows.map(({ name }) => name);
}

it('the migration to partitions keeps every event, down and up again, and the chain goes on', async () => {
  for (const days of [0, 7, 14]) {
    await letDaysPass(world, days);
    await world.project();
  }
  const log = await sealedLog(world.owner);
  const weeks = await weeksOfEvents();
  const dataSource = await createDataSource(world.server.config.databaseUrl).initialize();
  try {
    const kept = () =>
      world.server.sql(
        'SELECT * FROM audit_event WHERE organization_id = $1 AND seq <= $2 ORDER BY seq',
        [world.organizationId, log.length],
      );
    const before = await kept();
    const names = dataSource.migrations.map((migration) => migration.constructor.name);
    const undone = names.filter((name) => name.slice(-13) >= '1764115200000');
    for (const _ of undone) await dataSource.undoLastMigration();
    expect(await kept()).toEqual(before);
    expect(await partitions(world)).toEqual([]);
    await dataSource.runMigrations();
    expect(await kept()).toEqual(before);
  } finally {
    await dataSource.destroy();
  }
  expect(weeks.length).toBeGreaterThan(1);
  expect(await weeksOfEvents()).toEqual(expect.arrayContaining(weeks));
  const after = await sealedLog(world.owner);
  expect(after.slice(0, log.length)).toEqual(log);
  expect(unlinked(after)).toEqual([]);
});
