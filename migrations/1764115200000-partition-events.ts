import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log is kept in partitions of one week (UTC), so that old ones can be dropped whole. Its primary key follows
 * the time, and its index holds what events are searched by, so it is the only one. A chain's head says when its last
 * event was, so that what follows is looked for in the newest partitions only.
 */
export class PartitionEvents1764115200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const weeksAhead = 4;

const makePartitions = `DO $$
  DECLARE
    week timestamp;
  BEGIN
    FOR week IN
      SELECT DISTINCT date_trunc('week', occurred_at AT TIME ZONE 'UTC') FROM whole
      UNION
      SELECT date_trunc('week', admission_clock() AT TIME ZONE 'UTC') + n * interval '7 days'
      FROM generate_series(0, ${weeksAhead}) AS n
    LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)
        WITH (autovacuum_vacuum_insert_scale_factor = 0.02)',
        to_char(week, '"audit_event_"YYYYMMDD'), week AT TIME ZONE 'UTC', (week + interval '7 days') AT TIME ZONE 'UTC');
    END LOOP;
  END $$`;

const up = [
  'ALTER TABLE audit_event RENAME TO whole',
  'ALTER TABLE whole DROP CONSTRAINT audit_event_pkey',
  'DROP INDEX audit_event_credential',
  `CREATE TABLE audit_event (LIKE whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (occurred_at)`,
  makePartitions,
  'INSERT INTO audit_event SELECT * FROM whole',
  'DROP TABLE whole',
  `ALTER TABLE audit_event ADD CONSTRAINT audit_event_pkey PRIMARY KEY (organization_id, occurred_at, seq)
    INCLUDE (action, outcome, project_id, actor_id, credential_id, product, request_ip)`,

  `ALTER TABLE chain_head ADD at timestamptz(3) NOT NULL DEFAULT 'epoch'`,
  'ALTER TABLE chain_head ALTER at DROP DEFAULT',
  `UPDATE chain_head SET at = occurred_at FROM audit_event AS event
    WHERE event.organization_id = chain_head.organization_id AND event.seq = chain_head.seq`,
];

const down = [
  'ALTER TABLE chain_head DROP at',
  'ALTER TABLE audit_event RENAME TO parted',
  'ALTER TABLE parted DROP CONSTRAINT audit_event_pkey',
  'CREATE TABLE audit_event (LIKE parted INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
  'INSERT INTO audit_event SELECT * FROM parted',
  'DROP TABLE parted',
  'ALTER TABLE audit_event ADD CONSTRAINT audit_event_pkey PRIMARY KEY (organization_id, seq)',
  'CREATE INDEX audit_event_credential ON audit_event (organization_id, credential_id, seq)',
];
