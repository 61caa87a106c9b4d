import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from '../../dist/src/platform/database/data-source.js';
import { startServer, type TestServer } from '../harness/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Keys and checks across modules stand in the migrations alone: modules do not import each other's entities. */
const keptByMigrations = /^ALTER TABLE "\w+" DROP CONSTRAINT "\w+_(fkey|check)"$/;

it('the migrated schema is the one that the entities describe', async () => {
  const wanted = await withDataSource(async (dataSource) => {
    const log = await dataSource.driver.createSchemaBuilder().log();
    return log.upQueries.map(({ query }) => query);
  });
  expect(wanted.filter((query) => !keptByMigrations.test(query))).toEqual([]);
});

it('migrations go down to an empty schema and up to the same one again', async () => {
  const before = await schema();
  expect(before.length).toBeGreaterThan(100);
  await withDataSource(async (dataSource) => {
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
  });
  expect(await schema()).toEqual([]);
  await withDataSource((dataSource) => dataSource.runMigrations());
  expect(await schema()).toEqual(before);
});

it('a migration may take as long as it needs', async () => {
  await withDataSource(async (dataSource) => {
    expect(await dataSource.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '0' }]);
    expect(dataSource.options).not.toHaveProperty('extra.query_timeout');
  });
});

type DataSource = ReturnType<typeof createDataSource>;

async function withDataSource<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource(server.config.databaseUrl).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** Every column, index and constraint, in words. */
async function schema(): Promise<string[]> {
  const rows = await server.sql<{ line: string }>(`
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration'
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        AND conrelid::regclass::text <> 'migration'
    ORDER BY line`);
  return rows.map(({ line }) => line);
}
