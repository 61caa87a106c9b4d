import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An event's id is made from its place in the log, and no longer stored or looked up by an index of its own. Events
 * that are there already get new ids, so they are sealed and counted anew.
 */
export class FindEventsByPlace1764032400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE chain_head, chain_block, usage_day, api_key_usage');
    await runner.query('ALTER TABLE audit_event DROP COLUMN id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE chain_head, chain_block, usage_day, api_key_usage');
    await runner.query('ALTER TABLE audit_event ADD id uuid NOT NULL DEFAULT gen_random_uuid()');
    await runner.query('ALTER TABLE audit_event ALTER id DROP DEFAULT');
    await runner.query('CREATE INDEX audit_event_id ON audit_event (organization_id, id)');
  }
}
