import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refresh tokens, each good for one use. All that descend from one sign-in belong to its session. */
export class RotateRefreshTokens1764374400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE refresh_token');
    await runner.query('ALTER TABLE session DROP refreshed_at');
  }
}

const up = [
  'ALTER TABLE session ADD refreshed_at timestamptz(3) NOT NULL DEFAULT now()',
  `CREATE TABLE refresh_token (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    spent_at timestamptz(3),
    spent_by text,
    successor_id uuid
  )`,
  'CREATE UNIQUE INDEX refresh_token_hash ON refresh_token (hash)',
  'CREATE INDEX refresh_token_of_session ON refresh_token (session_id)',
  'CREATE INDEX refresh_token_expires ON refresh_token (expires_at)',
  `ALTER TABLE refresh_token ADD CONSTRAINT refresh_token_session_id_fkey
    FOREIGN KEY (session_id) REFERENCES session (id)`,
];
