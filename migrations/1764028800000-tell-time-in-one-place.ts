import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The time that calls are counted, credentials expire and events are told by, behind one name: an operator whose
 * database's clock jumped can replace it, and so can a test that lets minutes pass.
 */
export class TellTimeInOnePlace1764028800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
       AS 'SELECT clock_timestamp()'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION admission_clock()');
  }
}
