import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The counted calls of an address at a public endpoint, within its window. Unlogged: no call waits for the disk, and
 * what a crash of the database takes away is worth a minute.
 */
export class CountCallsOfAddresses1764201600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE UNLOGGED TABLE address_calls (
      key text PRIMARY KEY,
      calls timestamptz[] NOT NULL,
      admitted integer NOT NULL,
      over_at timestamptz NOT NULL
    ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE address_calls');
  }
}
