import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The gate gets what admission decides by: the number of the last change of rights, and the calls of the last minute.
 * People get a gate of their own, for the limit of their sessions.
 */
export class AdmitInBatches1763856000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  'ALTER TABLE organization_gate RENAME TO gate',
  `ALTER TABLE gate
    ADD version bigint NOT NULL DEFAULT 0,
    ADD at timestamptz NOT NULL DEFAULT 'epoch',
    ADD counted bigint NOT NULL DEFAULT 0,
    ADD second bigint NOT NULL DEFAULT 0,
    ADD oldest bigint NOT NULL DEFAULT 0,
    ADD counted_before bigint[] NOT NULL DEFAULT array_fill(0::bigint, ARRAY[64])`,
  'ALTER TABLE gate SET (fillfactor = 50)',
  'INSERT INTO gate (id) SELECT id FROM user_account',
  `CREATE TABLE access_change (
    organization_id uuid NOT NULL,
    version bigint NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, version, subject)
  )`,
  'ALTER TABLE audit_event ADD count integer NOT NULL DEFAULT 1',
];

const down = [
  'ALTER TABLE audit_event DROP count',
  'DROP TABLE access_change',
  'DELETE FROM gate WHERE id IN (SELECT id FROM user_account)',
  'ALTER TABLE gate RESET (fillfactor)',
  'ALTER TABLE gate DROP version, DROP at, DROP counted, DROP second, DROP oldest, DROP counted_before',
  'ALTER TABLE gate RENAME TO organization_gate',
];
