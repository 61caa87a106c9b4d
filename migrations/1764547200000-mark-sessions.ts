import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a session was opened with a second factor. Sessions that exist were not. */
export class MarkSessions1764547200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session ADD second_factor boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session DROP second_factor');
  }
}
