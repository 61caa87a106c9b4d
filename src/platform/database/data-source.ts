import { fileURLToPath } from 'node:url';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { durableCommits } from './durability.js';
import { PooledClient } from './pooled-client.js';
import { SnakeNaming } from './snake-naming.js';

const compiled = (pattern: string) =>
  fileURLToPath(new URL(`../../../${pattern}`, import.meta.url));

/** How the database is reached: every entity, every migration, and bounds on how long anything may wait. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    entities: [compiled('src/**/*.entity.js')],
    migrations: [compiled('migrations/*.js')],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    applicationName: 'latchkey',
    connectTimeoutMS: 1_500,
    poolSize: 10,
    extra: {
      Client: PooledClient,
      options: durableCommits,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 15_000,
    },
  };
}

/** A connection pool of its own for work outside the running server, such as migrating, which takes as long as it takes. */
export function createDataSource(databaseUrl: string): DataSource {
  return new DataSource({ ...dataSourceOptions(databaseUrl), extra: { options: durableCommits } });
}
