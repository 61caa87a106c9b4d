import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that let people set a new password, sent to them by e-mail. */
export class ResetPasswords1764374500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_reset');
  }
}

const up = [
  `CREATE TABLE password_reset (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL
  )`,
  'CREATE UNIQUE INDEX password_reset_hash ON password_reset (hash)',
  'CREATE INDEX password_reset_of_user ON password_reset (user_id)',
  `ALTER TABLE password_reset ADD CONSTRAINT password_reset_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES user_account (id)`,
];
