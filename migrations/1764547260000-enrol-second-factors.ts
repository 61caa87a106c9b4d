import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people share with their authenticator apps, and the codes that stand in for it. */
export class EnrolSecondFactors1764547260000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recovery_code');
    await runner.query('DROP TABLE totp_factor');
  }
}

const up = [
  `CREATE TABLE totp_factor (
    user_id uuid PRIMARY KEY,
    encrypted_secret bytea NOT NULL,
    pepper_id text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    enabled_at timestamptz(3),
    last_step integer
  )`,
  `CREATE TABLE recovery_code (
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    PRIMARY KEY (user_id, hash)
  )`,
  `ALTER TABLE totp_factor ADD CONSTRAINT totp_factor_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES user_account (id)`,
  `ALTER TABLE recovery_code ADD CONSTRAINT recovery_code_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES user_account (id)`,
];
