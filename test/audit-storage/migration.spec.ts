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

/** The partitions from the first one on that holds events: the database that tests copy may be of the week before. */
async function weeksWithEvents(): Promise<string[]> {
  const [row] = await world.server.sql<{ first: string }>(
    'SELECT min(tableoid::regclass::text) AS first FROM audit_event',
  );
  return (await partitions(world)).filter((name) => row && name >= row.first);
}

it('the migration to partitions keeps every event, down and up again, and the chain goes on', async () => {
  for (const days of [0, 7, 14]) {
    await letDaysPass(world, days);
    await world.project();
  }
  const log = await sealedLog(world.owner);
  const weeks = await weeksWithEvents();
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
  expect(weeks.length).toBeGreaterThan(4);
  expect(await partitions(world)).toEqual(expect.arrayContaining(weeks));
  const after = await sealedLog(world.owner);
  expect(after.slice(0, log.length)).toEqual(log);
  expect(unlinked(after)).toEqual([]);
});
