import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Single sign-on: connections to identity providers, sign-ins under way, and who is known by which identity. */
export class SignInOnce1764633600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session DROP COLUMN connection_id');
    await runner.query(
      'DROP TABLE external_identity, sign_in_code, sign_in_attempt, identity_connection',
    );
  }
}

const up = [
  `CREATE TABLE identity_connection (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    encrypted_client_secret bytea NOT NULL,
    pepper_id text NOT NULL,
    domains text[] NOT NULL,
    confirmed_domains text[] NOT NULL,
    role_id uuid NOT NULL,
    projects jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX identity_connection_of_organization ON identity_connection (organization_id)',

  `CREATE TABLE sign_in_attempt (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    redirect_uri text,
    code_challenge text,
    expires_at timestamptz(3) NOT NULL
  )`,
  'CREATE UNIQUE INDEX sign_in_attempt_hash ON sign_in_attempt (hash)',
  'CREATE INDEX sign_in_attempt_expires ON sign_in_attempt (expires_at)',
  'CREATE INDEX sign_in_attempt_of_connection ON sign_in_attempt (connection_id)',

  `CREATE TABLE sign_in_code (
    id uuid PRIMARY KEY,
    connection_id uuid NOT NULL,
    member_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    code_challenge text NOT NULL,
    expires_at timestamptz(3) NOT NULL
  )`,
  'CREATE UNIQUE INDEX sign_in_code_hash ON sign_in_code (hash)',
  'CREATE INDEX sign_in_code_expires ON sign_in_code (expires_at)',
  'CREATE INDEX sign_in_code_of_connection ON sign_in_code (connection_id)',

  `CREATE TABLE external_identity (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    member_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX external_identity_subject ON external_identity (organization_id, issuer, subject)',
  'CREATE UNIQUE INDEX external_identity_of_member ON external_identity (member_id, issuer)',

  'ALTER TABLE session ADD COLUMN connection_id uuid',
  'CREATE INDEX session_of_connection ON session (connection_id) WHERE connection_id IS NOT NULL',

  ...[
    ['identity_connection', 'organization_id', 'organization', ''],
    ['sign_in_attempt', 'connection_id', 'identity_connection', ' ON DELETE CASCADE'],
    ['sign_in_code', 'connection_id', 'identity_connection', ' ON DELETE CASCADE'],
    ['sign_in_code', 'member_id', 'member', ''],
    ['external_identity', 'organization_id', 'organization', ''],
    ['external_identity', 'member_id', 'member', ''],
  ].map(
    ([table, column, target, then]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${table}_${column}_fkey FOREIGN KEY (${column}) REFERENCES ${target} (id)${then}`,
  ),
];
