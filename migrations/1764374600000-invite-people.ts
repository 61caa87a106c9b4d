import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invitations to an organization, sent to an e-mail address. */
export class InvitePeople1764374600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE invitation');
  }
}

const up = [
  `CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    role_id uuid NOT NULL,
    projects jsonb NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    sender_id uuid NOT NULL,
    sender_key_id uuid,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    accepted_at timestamptz(3),
    revoked_at timestamptz(3)
  )`,
  'CREATE UNIQUE INDEX invitation_hash ON invitation (hash)',
  'CREATE INDEX invitation_of_organization ON invitation (organization_id, id)',
  `ALTER TABLE invitation ADD CONSTRAINT invitation_organization_id_fkey
    FOREIGN KEY (organization_id) REFERENCES organization (id)`,
  `ALTER TABLE invitation ADD CONSTRAINT invitation_sender_id_fkey
    FOREIGN KEY (sender_id) REFERENCES member (id)`,
  `ALTER TABLE invitation ADD CONSTRAINT invitation_sender_key_id_fkey
    FOREIGN KEY (sender_key_id) REFERENCES api_key (id)`,
];
