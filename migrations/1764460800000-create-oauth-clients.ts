import type { MigrationInterface, QueryRunner } from 'typeorm';

/** OAuth clients of service accounts, their secrets, and the tokens that they were given. */
export class CreateOauthClients1764460800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE oauth_token, oauth_client_secret, oauth_client');
  }
}

const up = [
  `CREATE TABLE oauth_client (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    name text NOT NULL,
    product_scopes jsonb,
    created_by uuid,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    rotated_at timestamptz(3),
    deleted_at timestamptz(3)
  )`,
  `CREATE INDEX oauth_client_of_member ON oauth_client (member_id, id)`,

  `CREATE TABLE oauth_client_secret (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    expires_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX oauth_client_secret_hash ON oauth_client_secret (hash)`,
  `CREATE INDEX oauth_client_secret_of_client ON oauth_client_secret (client_id)`,

  `CREATE TABLE oauth_token (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    client_id uuid NOT NULL,
    product_scopes jsonb,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX oauth_token_expiry ON oauth_token (expires_at)`,

  ...[
    ['oauth_client', 'organization_id', 'organization'],
    ['oauth_client', 'member_id', 'member'],
    ['oauth_client_secret', 'client_id', 'oauth_client'],
    ['oauth_token', 'client_id', 'oauth_client'],
  ].map(
    ([table, column, target]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${table}_${column}_fkey FOREIGN KEY (${column}) REFERENCES ${target} (id)`,
  ),
];
