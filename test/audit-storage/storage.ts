import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { SignedCheckpoint } from '../../src/access/audit-chain/checkpoint.js';
import type { World } from '../harness/world.js';

/** Lets so many days pass for the whole installation: everything that is there is that much older from now on. */
export async function letDaysPass(world: World, days: number): Promise<void> {
  await world.server.sql(
    `CREATE OR REPLACE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
     AS 'SELECT clock_timestamp() + interval ''${days * 24} hours'''`,
  );
}

/** The name of the partition that an event of now, or of so many days later, belongs to. */
export async function partitionOf(world: World, daysLater = 0): Promise<string> {
  const [row] = await world.server.sql<{ name: string }>(
    `SELECT to_char(date_trunc('week', (admission_clock() + $1 * interval '24 hours') AT TIME ZONE 'UTC'),
       '"audit_event_"YYYYMMDD') AS name`,
    [daysLater],
  );
  return row?.name ?? '';
}

/** The partitions that the audit log consists of, the oldest first. One that is being detached is not among them. */
export async function partitions(world: World): Promise<string[]> {
  const rows = await world.server.sql<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits
     WHERE inhparent = 'audit_event'::regclass AND NOT inhdetachpending ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

/** Where a table stands: part of the log, on its way out, by itself, or gone. */
export async function stateOf(world: World, table: string): Promise<string> {
  const [row] = await world.server.sql<{ state: string }>(
    `SELECT CASE WHEN to_regclass($1) IS NULL THEN 'gone' ELSE coalesce(
       (SELECT CASE WHEN inhdetachpending THEN 'pending' ELSE 'attached' END
        FROM pg_inherits WHERE inhrelid = to_regclass($1)), 'detached') END AS state`,
    [table],
  );
  return row?.state ?? '';
}

/** Waits for a table to come to a state. One that never does runs the test into its time limit. */
export async function comesTo(world: World, table: string, state: string): Promise<void> {
  while ((await stateOf(world, table)) !== state) await pause(20);
}

/** Waits until no event is left to be sealed, in any organization's log. */
export async function everythingIsSealed(world: World): Promise<void> {
  const unsealed = () =>
    world.server.sql(
      `SELECT FROM gate LEFT JOIN chain_head AS head ON head.organization_id = gate.id
       WHERE gate.seq > coalesce(head.seq, 0)`,
    );
  while ((await unsealed()).length > 0) await pause(20);
}

/** A connection of the test's own to the world's database, on which something is held. */
export async function holding(world: World, ...statements: string[]): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.server.config.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query('BEGIN');
  for (const statement of statements) await client.query(statement);
  return client;
}

/** The checkpoints of an organization (null: of the operator) that were kept below a data folder. */
export async function checkpointsIn(
  dataDir: string,
  organizationId: string | null,
): Promise<SignedCheckpoint[]> {
  const folder = join(dataDir, 'checkpoints');
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line): SignedCheckpoint => JSON.parse(line))
    .filter((checkpoint) => checkpoint.organization_id === organizationId);
}
