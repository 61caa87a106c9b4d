import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events are sealed into a hash chain. What is there already is sealed once the server runs. */
export class SealEvents1763942400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chain_block, chain_head');
  }
}

const up = [
  `CREATE TABLE chain_head (
    organization_id uuid PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL
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
];
