import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations, projects, members, roles, products, keys, sessions, the audit log, and kept answers. */
export class CreateCore1763769600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotent_answer, audit_event, session, api_key_secret, api_key,
      product, project_member, role, project, member, user_account, organization, organization_gate`);
  }
}

const up = [
  `CREATE TABLE organization_gate (
    id uuid PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0
  )`,
  `INSERT INTO organization_gate (id) VALUES ('00000000-0000-7000-8000-000000000000')`,

  `CREATE TABLE organization (
    id uuid PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active',
    policy jsonb NOT NULL DEFAULT '{}',
    rate_limit_per_minute integer,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
  )`,
  `CREATE UNIQUE INDEX organization_slug ON organization (slug) WHERE deleted_at IS NULL`,

  `CREATE TABLE user_account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL,
    name text NOT NULL,
    password_hash text,
    status text NOT NULL DEFAULT 'active',
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX user_account_email_key ON user_account (email_key)`,

  `CREATE TABLE member (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    type text NOT NULL,
    user_id uuid,
    name text NOT NULL,
    role_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'active',
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
  )`,
  `CREATE INDEX member_of_organization ON member (organization_id, id)`,
  `CREATE UNIQUE INDEX member_user ON member (user_id, organization_id) WHERE deleted_at IS NULL`,

  `CREATE TABLE project (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
  )`,
  `CREATE UNIQUE INDEX project_slug ON project (organization_id, slug) WHERE deleted_at IS NULL`,
  `CREATE INDEX project_of_organization ON project (organization_id, id)`,

  `CREATE TABLE project_member (
    project_id uuid NOT NULL,
    member_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    role_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, member_id)
  )`,
  `CREATE INDEX project_member_of_member ON project_member (member_id)`,

  `CREATE TABLE role (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    permissions jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX role_name ON role (organization_id, level, name)`,

  `CREATE TABLE product (
    id uuid PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    built_in boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX product_slug ON product (slug)`,
  `INSERT INTO product (id, slug, name, description, built_in) VALUES
    ('00000000-0000-7000-8000-000000000205', 'organization', 'Organization', 'The organization itself and its policy.', true),
    ('00000000-0000-7000-8000-000000000204', 'projects', 'Projects', 'The organization''s projects.', true),
    ('00000000-0000-7000-8000-000000000203', 'members', 'Members', 'People, service accounts and roles.', true),
    ('00000000-0000-7000-8000-000000000202', 'api_keys', 'API keys', 'Keys and their scopes.', true),
    ('00000000-0000-7000-8000-000000000201', 'audit', 'Audit log', 'Everything that was done and refused.', true)`,

  `CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    owner_id uuid,
    name text NOT NULL,
    scope text NOT NULL,
    project_id uuid,
    product_scopes jsonb,
    is_active boolean NOT NULL DEFAULT true,
    allowed_ips text[],
    expires_at timestamptz(3),
    not_before timestamptz(3),
    revoked_at timestamptz(3),
    rotated_at timestamptz(3),
    created_by uuid,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX api_key_of_organization ON api_key (organization_id, id)`,
  `CREATE INDEX api_key_of_owner ON api_key (owner_id)`,
  `CREATE INDEX api_key_of_project ON api_key (project_id)`,

  `CREATE TABLE api_key_secret (
    id uuid PRIMARY KEY,
    api_key_id uuid NOT NULL,
    hash bytea NOT NULL,
    pepper_id text NOT NULL,
    prefix text NOT NULL,
    expires_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX api_key_secret_hash ON api_key_secret (hash)`,
  `CREATE INDEX api_key_secret_of_key ON api_key_secret (api_key_id)`,

  `CREATE TABLE session (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    ip text,
    user_agent text
  )`,
  `CREATE INDEX session_of_user ON session (user_id)`,

  `CREATE TABLE audit_event (
    organization_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    occurred_at timestamptz(3) NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    code text,
    project_id uuid,
    actor_type text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    credential_type text,
    credential_id uuid,
    credential_prefix text,
    product text,
    access text,
    target_type text,
    target_id text,
    changes jsonb,
    request_id uuid,
    request_method text,
    request_route text,
    request_ip text,
    request_user_agent text,
    PRIMARY KEY (organization_id, seq)
  )`,
  `CREATE INDEX audit_event_id ON audit_event (organization_id, id)`,
  `CREATE INDEX audit_event_credential ON audit_event (organization_id, credential_id, seq)`,

  `CREATE TABLE idempotent_answer (
    organization_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    body json NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, actor_id, key)
  )`,
  ...foreignKeys(),
  ...checks(),
];

function foreignKeys(): string[] {
  return [
    ['organization', 'id', 'organization_gate'],
    ['member', 'organization_id', 'organization'],
    ['member', 'user_id', 'user_account'],
    ['project', 'organization_id', 'organization'],
    ['project_member', 'project_id', 'project'],
    ['project_member', 'member_id', 'member'],
    ['role', 'organization_id', 'organization'],
    ['api_key', 'organization_id', 'organization_gate'],
    ['api_key', 'owner_id', 'member'],
    ['api_key', 'project_id', 'project'],
    ['api_key_secret', 'api_key_id', 'api_key'],
    ['session', 'member_id', 'member'],
    ['session', 'user_id', 'user_account'],
  ].map(
    ([table, column, target]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${table}_${column}_fkey FOREIGN KEY (${column}) REFERENCES ${target} (id)`,
  );
}

function checks(): string[] {
  return [
    ['organization', 'status', `status IN ('active', 'suspended')`],
    ['organization', 'limit', 'rate_limit_per_minute BETWEEN 1 AND 100000'],
    ['user_account', 'status', `status IN ('active', 'deactivated')`],
    ['member', 'status', `status IN ('active', 'deactivated')`],
    [
      'member',
      'type',
      `(type = 'human') = (user_id IS NOT NULL) AND type IN ('human', 'service_account')`,
    ],
    ['role', 'level', `level IN ('organization', 'project')`],
    ['api_key', 'scope', `scope IN ('organization', 'project', 'platform')`],
    ['api_key', 'project', `(scope = 'project') = (project_id IS NOT NULL)`],
    ['api_key', 'owner', `(scope = 'platform') = (owner_id IS NULL)`],
    ['audit_event', 'outcome', `outcome IN ('allowed', 'denied')`],
  ].map(
    ([table, name, check]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${table}_${name}_check CHECK (${check})`,
  );
}
