CREATE TABLE organization (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active',
  rate_limit_per_minute integer NOT NULL DEFAULT 1000000000
);

CREATE TABLE role (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  permissions jsonb NOT NULL
);

CREATE TABLE member (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organization,
  role_id uuid NOT NULL REFERENCES role,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active'
);

CREATE TABLE api_key (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organization,
  member_id uuid NOT NULL REFERENCES member,
  hash bytea NOT NULL UNIQUE,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid NOT NULL,
  member_id uuid NOT NULL,
  api_key_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  action text NOT NULL,
  outcome text NOT NULL,
  product text,
  access text,
  ip text,
  user_agent text
);
CREATE INDEX ON audit_event (organization_id, occurred_at);

WITH roles AS (
  INSERT INTO role (name, permissions) VALUES ('editor', '{"uptime": "read_write"}') RETURNING id
), organizations AS (
  INSERT INTO organization (name) SELECT 'Organization ' || n FROM generate_series(1, 200) AS n RETURNING id
)
INSERT INTO member (organization_id, role_id, name)
SELECT organizations.id, roles.id, 'Bot' FROM organizations, roles;
