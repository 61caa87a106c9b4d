import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events are sealed into a hash chain, and the calls among them added to totals. What is there already is sealed and
 * counted once the server runs.
 */
export class SealEvents1763942400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_key_usage, usage_day, chain_block, chain_head');
  }
}

const up = [
  `CREATE TABLE chain_head (
    organization_id uuid PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    checkpoint_seq bigint NOT NULL
  )`,
  'ALTER TABLE chain_head SET (fillfactor = 50)',
  `CREATE TABLE chain_block (
    organization_id uuid NOT NULL,
    last_seq bigint NOT NULL,
    first_seq bigint NOT NULL,
    previous_hash bytea NOT NULL,
    hashes bytea NOT NULL,
    sealed_at timestamptz(3) NOT NULL,
    PRIMARY KEY (organization_id, last_seq)
  )`,

  `CREATE TABLE usage_day (
    organization_id uuid NOT NULL,
    day date NOT NULL,
    credential_id uuid NOT NULL,
    project_id uuid NOT NULL,
    product text NOT NULL,
    outcome text NOT NULL,
    calls bigint NOT NULL,
    PRIMARY KEY (organization_id, day, credential_id, project_id, product, outcome)
  )`,
  `CREATE TABLE api_key_usage (
    api_key_id uuid PRIMARY KEY,
    calls bigint NOT NULL,
    last_used_at timestamptz(3) NOT NULL
  )`,
  'ALTER TABLE usage_day SET (fillfactor = 50)',
  'ALTER TABLE api_key_usage SET (fillfactor = 50)',
];
