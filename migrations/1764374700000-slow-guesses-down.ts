import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Wrong guesses at what people know, within the time that they are held against whoever makes them. Unlogged, like the calls
 * of addresses: what a crash of the database takes away is worth a few guesses.
 */
export class SlowGuessesDown1764374700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session ADD network text');
    await runner.query(`CREATE UNLOGGED TABLE wrong_guess (
      key text PRIMARY KEY,
      count integer NOT NULL,
      at timestamptz NOT NULL,
      next_at timestamptz NOT NULL
    ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE wrong_guess');
    await runner.query('ALTER TABLE session DROP network');
  }
}
